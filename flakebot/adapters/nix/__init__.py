"""Nix: updating and checking a flake. Never with a secret but a read-only token, never with a terminal."""

from flakebot.adapters.nix.command import NixCommand
from flakebot.adapters.nix.plan import CheckPlan, Program

__all__ = ["CheckPlan", "NixCommand", "Program"]
