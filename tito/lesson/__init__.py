"""A lesson in its forms: source, notebook, release, package, and the checks in it."""
