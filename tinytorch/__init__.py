"""TinyTorch: a small machine-learning framework that you write yourself, module by module.

What stands in `tinytorch.core` is exported from the lessons in `modules/source`.
"""

__version__ = "0.2.0"
