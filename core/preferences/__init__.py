"""What people want to hear, and when. Reading only."""
