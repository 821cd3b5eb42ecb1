"""Bare repositories through git itself. Knows nothing of pull requests, tokens or rules."""
