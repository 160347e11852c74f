"""Households: which one a chat is about, its members, and invitations."""
