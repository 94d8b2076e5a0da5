"""Virtual time: clocks, locks, threads and a scheduler that sleep at no cost."""
