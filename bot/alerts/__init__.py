"""What the bot sends by itself: alerts, digests and warnings, and why it sent something or not."""
