"""Accounts, transfers, balances, reversals, seals: three books that never mix."""
