"""Trainings, qualifications and commendations: records with proof and expiry."""
