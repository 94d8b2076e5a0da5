"""What nbgrader loads of ours, as `nbgrader_config.py` says."""
