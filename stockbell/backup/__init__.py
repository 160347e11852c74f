"""Making and restoring backups of both kinds of database."""
