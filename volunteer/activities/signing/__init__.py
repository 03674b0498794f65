"""Who may take a place, how one person stands to one date, and the waiting list."""
