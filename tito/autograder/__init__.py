"""The trusted grader: it owns the checks, sends requests to the learner's code in its worker, and counts the points."""
