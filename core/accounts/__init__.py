"""Accounts: passwords, sign-ins, proving an address."""
