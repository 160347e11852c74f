"""What is sent at a time that its person picked: digests, expiry warnings, reminders."""
