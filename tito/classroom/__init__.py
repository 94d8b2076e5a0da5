"""What instructors do: collect hand-ins, grade a class, give feedback, report."""
