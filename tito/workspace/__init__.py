"""What learners do: write, test, ask for a hint, hand in."""
