"""Who everybody is: the course's roster, and finding people on it."""
