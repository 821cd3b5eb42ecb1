"""Locks that were composed, beside the flake.nix that they are for: real Nix has nothing to change in any of them."""
