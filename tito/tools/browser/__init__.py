"""A lesson in a page: what `%load_ext tito` brings where Python runs in the reader's browser."""
