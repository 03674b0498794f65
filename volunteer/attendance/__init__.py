"""Who is here: codes and cards, coming and leaving, the wall screen; hours come later, from the roll call."""
