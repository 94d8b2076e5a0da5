"""Reads hand-ins: what each file is, whose it is and when it came; and keeps its original."""
