"""The walls around a worker, one file each, and the escapes that are tried."""
