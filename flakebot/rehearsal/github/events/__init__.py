"""What happens and what follows from it: pushes, pull requests, simulated CI, merges. Changes the world."""
