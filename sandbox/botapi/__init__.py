"""The Bot API: what a bot may call, and what it is answered."""
