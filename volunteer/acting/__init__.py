"""Acting for somebody else: relatives and grid workers with chosen rights, receipts, the elder's card."""
