"""The stock: items, their cards and lists, and what people do to them."""
