"""tito: the tool that takes a TinyTorch module from its source to a grade."""

__version__ = "0.1.0"
