"""What every slice stands on and what knows no word of the field."""
