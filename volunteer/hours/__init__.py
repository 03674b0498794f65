"""Roll call, service records, reversal, certificates."""
