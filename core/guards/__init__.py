"""Checks before an act: permissions, counted attempts, repeated requests."""
