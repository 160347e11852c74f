"""What people read: sentences, reasons and charts, and how channels write them."""
