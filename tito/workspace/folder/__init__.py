"""The learner's folder: what the course gives and may replace, and what is theirs."""
