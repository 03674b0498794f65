"""Standing sign-ups, pairs, stand-ins and swaps."""
