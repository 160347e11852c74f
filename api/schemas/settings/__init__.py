"""Notification settings: types, channels, times, quiet hours, watches."""
