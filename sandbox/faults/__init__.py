"""What can go wrong with a call: faults by count and by share, outages, flood limits."""
