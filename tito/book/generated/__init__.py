"""The pages that are made from the code itself: commands, Python API, messages."""
