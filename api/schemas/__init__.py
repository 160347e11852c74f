"""The bodies and answers of the API, in camelCase. Input is checked here before anything else happens."""
