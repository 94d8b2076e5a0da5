"""Assignments of an ordinary nbgrader course, graded behind the walls into nbgrader's own folders and gradebook."""
