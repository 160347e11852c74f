"""The processes of the Procfile, and what each is made of."""
