"""The verbs that bring a learner's files about, and back."""
