"""What authors do: a new module, its wrong and right answers, its mutants, its release."""
