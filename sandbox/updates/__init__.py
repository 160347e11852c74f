"""Updates for the bot: fetched by a long poll, or posted to a webhook."""
