"""Ordinary nbgrader notebooks, run behind the walls."""
