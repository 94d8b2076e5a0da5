"""What a shell asks of tito: which words TAB may put there."""
