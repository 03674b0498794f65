"""The rows behind the public figures, one file for each part of the house."""
