"""A Telegram Bot API server for development, tests and the demo without a token.

It speaks real HTTP on loopback, keeps its state in one SQLite file and refuses what Telegram refuses.
"""
