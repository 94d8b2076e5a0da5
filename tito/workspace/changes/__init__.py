"""What changed in a learner's work: against the release, and by which verb; and the way back."""
