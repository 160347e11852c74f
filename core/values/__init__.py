"""Plain frozen states: what everybody outside the database sees."""
