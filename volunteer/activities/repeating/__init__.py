"""When an activity repeats: rules, the Chinese calendar, offsets, holidays, and all of it in words."""
