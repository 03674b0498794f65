"""Second factors, passkeys, being the same person still, and forgotten passwords."""
