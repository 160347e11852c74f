"""Accounts: passwords, sign-ins, email verification."""
