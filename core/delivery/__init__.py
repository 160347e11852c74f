"""The outbox: claim a chat or mailbox, send what is due for it, settle how that went."""
