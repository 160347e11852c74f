"""Deleting accounts, and exporting personal data."""
