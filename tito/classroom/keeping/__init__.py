"""What is kept of people: closed to others, backed up and restored whole, given to research without names."""
