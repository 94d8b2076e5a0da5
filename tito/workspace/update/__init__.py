"""A corrected release, merged into work that was begun."""
