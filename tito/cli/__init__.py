"""The command line: parse, one library call, one render, an exit code."""
