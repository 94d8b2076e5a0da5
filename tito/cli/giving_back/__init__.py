"""The verbs of giving back and of keeping: return, gradescope, autograde, export-data, backup, restore."""
