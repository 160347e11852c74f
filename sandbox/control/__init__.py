"""The control API: what drives the sandbox, and what tells of it."""
