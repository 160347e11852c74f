"""What people type: amounts, units, names, days, times, and plain words instead of a command."""
