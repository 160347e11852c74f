"""What a person wants to hear of a household, and when. Reading only."""
