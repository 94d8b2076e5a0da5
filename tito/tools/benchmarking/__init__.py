"""What module 12's checks measure with."""
