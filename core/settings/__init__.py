"""Changing what a person wants to hear, and showing what a change would come to."""
