"""What there is: items, their cards and lists, and what is done to them."""
