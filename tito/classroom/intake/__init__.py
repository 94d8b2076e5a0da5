"""Hand-ins as they come: what a file is, whose it is, and its original kept."""
