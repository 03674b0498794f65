"""The schedule and one thin function per job."""
