"""The shopping lists."""
