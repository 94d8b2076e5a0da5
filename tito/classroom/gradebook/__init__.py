"""nbgrader's gradebook: made by nbgrader, written by SQL."""
