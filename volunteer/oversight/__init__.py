"""For auditors: the log of acts, the breach export, what looks suspicious."""
