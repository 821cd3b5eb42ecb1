"""Which Nix is started, and how a flake is checked. Values only."""

from __future__ import annotations

from msgspec import Struct


class Program(Struct, frozen=True, kw_only=True):
    """A Nix: the name that it has on PATH, or its whole path, and what each of its calls is told before anything."""

    name: str = "nix"
    arguments: tuple[str, ...] = ()


class CheckPlan(Struct, frozen=True, kw_only=True):
    """How a flake is checked: by ``nix flake check``, or by a ``command`` in its place, which takes no options.

    ``memory`` is the most that each process of the check may have, ``disk`` the least that must be free before it
    starts, both in bytes.
    """

    command: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    is_every_system: bool = False
    is_evaluation_only: bool = False
    memory: int | None = None
    disk: int | None = None

    @property
    def can_evaluate_only(self) -> bool:
        """Whether evaluating alone is less than the whole check. Nobody knows how to ask a command for that."""
        return not (self.command or self.is_evaluation_only or "--no-build" in self.arguments)
