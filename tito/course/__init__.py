"""A course, a workspace, and what is graded in them."""
