"""Plain immutable values, for everything outside the database."""
