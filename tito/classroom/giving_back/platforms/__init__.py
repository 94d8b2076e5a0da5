"""A file for each platform: what its import of marks takes, and how its upload of feedback wants files named."""
