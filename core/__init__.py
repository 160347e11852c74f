"""The domain: accounts, households, inventory, and what people are told of it.

Plain synchronous Python over one database session. It knows no web, socket or bot framework.
"""
