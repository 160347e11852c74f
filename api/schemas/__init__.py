"""What the API takes and gives, in camelCase. Input is checked here, before anything else happens."""
