"""The composition root: processes, command line, and demo."""
