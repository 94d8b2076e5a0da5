"""The instructor's verbs in an ordinary nbgrader course."""
