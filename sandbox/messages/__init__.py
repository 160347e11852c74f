"""Messages: their texts, buttons and files, as Telegram takes them and as people see them."""
