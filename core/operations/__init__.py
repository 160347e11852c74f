"""What keeps Stockbell running: the clock, health checks, pruning, backups."""
