"""Changing dates and series that exist, and telling those hit."""
