"""The processes of the Procfile, and their parts."""
