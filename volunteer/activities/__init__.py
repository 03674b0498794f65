"""Series with their recurrence, occurrences, sign-up."""
