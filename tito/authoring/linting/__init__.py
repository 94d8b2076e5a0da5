"""An author's slips, each found with its file and line before a class meets it."""
