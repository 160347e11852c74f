"""A Telegram Bot API server for development, tests and the demo without a token.

It speaks real HTTP on loopback, keeps its state in one SQLite file or in memory, and refuses what Telegram
refuses. It can also behave as badly as Telegram does at times, so that a test can prove what a bot makes of
that. `sandbox.control` lists every call that drives it, `sandbox.client` makes them, `sandbox.faults` says
what can go wrong, `sandbox.messages.texts` tells without a server what Telegram makes of a text, and
`python -m sandbox` runs it in a process of its own.
"""
