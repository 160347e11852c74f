"""Changing what a person wants to hear, and previewing a change."""
