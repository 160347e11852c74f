"""What is sent at times that people choose: digests, expiry warnings, reminders."""
