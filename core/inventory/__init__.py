"""Stock: changes, movements, lookups, figures, CSV."""
