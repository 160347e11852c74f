"""What people read: sentences, reasons, charts, and how a channel writes them."""
