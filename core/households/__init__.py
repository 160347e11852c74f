"""Households, their members, and joining."""
