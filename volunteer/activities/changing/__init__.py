"""Edits of dates and series, and what those hit are told."""
