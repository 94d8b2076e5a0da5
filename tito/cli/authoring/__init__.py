"""Verbs for authors that have more to them than a call."""
