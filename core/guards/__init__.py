"""What stands before an act: who may do what, counted tries, repeated requests."""
