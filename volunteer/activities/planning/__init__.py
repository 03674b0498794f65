"""What a leader writes down before an activity is published, and the menu to start from."""
