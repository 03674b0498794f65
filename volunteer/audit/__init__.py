"""Who did what and when, append-only and sealed in a chain."""
