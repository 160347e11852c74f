"""From an event to what each person is told: announce, decide."""
