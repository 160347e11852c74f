"""What can go wrong with a call: faults by count or share, outages, flood limits."""
