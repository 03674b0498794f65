"""Micro-wishes: collected, verified, published, claimed, fulfilled, followed up."""
