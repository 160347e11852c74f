"""Accounts and chats: starting, linking, account settings, and what no other feature answers."""
