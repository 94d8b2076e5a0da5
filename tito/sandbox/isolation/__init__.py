"""The walls around a worker, one file each, and the ways out that are tried."""
