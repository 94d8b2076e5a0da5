"""What a cell of a notebook says: its directives, the names that it binds and needs, and which trusted cell it is."""
