"""The lock file of a flake: read it, compare two of them. No I/O."""
