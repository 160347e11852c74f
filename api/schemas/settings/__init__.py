"""What a person chooses to hear of: topics, channels, times, quiet hours, watches."""
