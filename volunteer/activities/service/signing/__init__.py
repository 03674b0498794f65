"""Taking and giving up places, and the waiting list."""
