"""Read-only: figures, registers."""
