"""What every part of tito may use: errors, files, temporary folders, text that is safe to show."""
