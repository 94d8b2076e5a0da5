"""The trusted grader: it owns the checks, asks the learner's code in its worker, and counts the points."""
