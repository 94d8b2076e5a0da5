"""One file a platform: what its download looks like, and what its names tell."""
