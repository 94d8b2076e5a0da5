"""What goes back to where hand-ins came from: marks for a platform's import, and pages for its upload."""
