"""Plays flakebot's stories against a stand-in GitHub on loopback. Never reaches the network."""
