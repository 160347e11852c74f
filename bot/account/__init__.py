"""Accounts and chats: beginning, linking, what is one's own, and what nobody else answers."""
