"""Making dates from rules, and keeping them true to the table of holidays."""
