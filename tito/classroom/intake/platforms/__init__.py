"""A file for each platform: what its downloads look like, and what their names tell."""
