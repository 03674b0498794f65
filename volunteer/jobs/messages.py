"""Import every slice's messages, so that each kind is known wherever one is rendered."""
