"""Backups of both kinds of database, and what is done to restore them."""
