"""The domain: accounts, households, inventory, and notifications.

Plain synchronous Python on one database session, without any web, socket or bot framework.
"""
