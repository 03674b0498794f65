"""Registration, sign-in, profile, consent, roles."""
