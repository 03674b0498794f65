"""Series, their positions, themes, pictures and the menu."""
