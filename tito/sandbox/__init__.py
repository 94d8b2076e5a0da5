"""The walled process that runs a learner's code, and the warm process that forks it."""
