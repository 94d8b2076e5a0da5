"""The course's roster, and how people are found on it."""
