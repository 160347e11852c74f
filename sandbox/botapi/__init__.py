"""The Bot API: the calls that a bot can make, and the answers."""
