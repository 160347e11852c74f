"""Shopping lists and their entries."""
