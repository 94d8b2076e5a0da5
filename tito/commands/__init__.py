"""The verbs of `tito`: parse, one library call, one render, an exit code."""
