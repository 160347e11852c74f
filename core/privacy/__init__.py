"""Leaving without a trace, and taking one's data along."""
