"""Checks in two goes: the open lines of all of them first, then their hidden tests."""
