"""Linking chats, stored updates, and the bot of a database."""
