"""What a notebook's locked cells import; standard library only, so that it loads at once."""
