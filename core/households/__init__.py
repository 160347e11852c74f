"""Households, their members, and how somebody becomes one."""
