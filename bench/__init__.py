"""Measurements of the product beside two bare applications; `make bench` runs them all."""
