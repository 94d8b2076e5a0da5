"""What every room may use: errors, files, temporary folders, text that is safe to show."""
