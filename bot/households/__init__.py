"""Households: which one a chat is about, who is in it, and who is invited."""
