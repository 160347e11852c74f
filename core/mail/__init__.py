"""The email channel, and mail that people ask for."""
