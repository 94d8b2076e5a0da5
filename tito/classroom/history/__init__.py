"""What grading runs have changed, and the log of them."""
