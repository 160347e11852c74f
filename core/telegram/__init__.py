"""Linking a chat, stored updates, and the bot that a database belongs to."""
