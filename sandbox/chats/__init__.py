"""Who writes to whom: people with their phones, groups, and what they do."""
