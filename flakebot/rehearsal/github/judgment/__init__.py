"""What the owner's rules say about a pull request or a push. Judges; never changes the world."""
