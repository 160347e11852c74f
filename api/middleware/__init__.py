"""What every request passes before and after the call that it asks for."""
