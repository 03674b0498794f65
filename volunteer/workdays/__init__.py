"""Public holidays, make-up workdays and working days: one table for the whole product (R055)."""
