"""The email channel, and mail that somebody asked for."""
