"""Stock: changes, movements, look-ups, counts, CSV."""
