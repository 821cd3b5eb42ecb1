"""The lock file of a flake: read it, write it as Nix does, compare two of them. No I/O, and no judgement."""
