"""What keeps it running: the clock, health, pruning, backups."""
