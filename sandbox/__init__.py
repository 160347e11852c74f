"""A Telegram Bot API server for development, tests and the demo without a token.

It speaks real HTTP on loopback, keeps its state in one SQLite file or in memory, and refuses what Telegram
refuses. It can also fail in the ways that Telegram does, so that tests can show how a bot copes.
`sandbox.control` lists the calls that drive it, `sandbox.client` makes them, `sandbox.faults` describes what
can go wrong, `sandbox.messages.texts` checks without a server what Telegram makes of a text, and
`python -m sandbox` runs it in its own process.
"""
