"""Volunteer teams, their members and leaders."""
