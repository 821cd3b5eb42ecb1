"""Find the inputs that break a check, and a largest set that does not. It asks for checks and runs none."""
