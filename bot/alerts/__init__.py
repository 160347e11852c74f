"""What the bot tells by itself: alerts, digests, warnings, and why it told or did not."""
