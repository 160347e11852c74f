"""Who writes to whom: the people with their phones, the groups, and what they do."""
