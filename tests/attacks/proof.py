"""What shows that an attack is one: which real tool takes it, what that does, or why nothing at hand can show it.

Values only; ``test_every_proof.py`` tries with real Nix and real git whatever can be tried.
"""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from msgspec import Struct


class Nix(StrEnum):
    """What real Nix does with the forged lock, beside a flake.nix that nobody changed."""

    RUNS = "Nix runs the attacker's code"
    """Proven with content that the attacker really serves, one forgery of each line, in ``test_proofs.py``."""
    TAKES = "Nix takes the lock as it is"
    """``nix flake metadata --no-update-lock-file`` ends with success: it reads the lock, holds it against flake.nix and
    fetches nothing yet. That a revision or a hash of the forgery exists somewhere is not shown."""
    RELOCKS = "Nix locks anew, to what nobody judged"
    """It would not take the lock as it is, and without that option it resolves the inputs without a question."""
    FAILS = "Nix fails, so that no update arrives any more"
    """Neither works: the machine that updates itself stays on what it has, with every hole in that."""
    NEWER_TAKES = "Nix 2.34 takes the lock as it is, 2.8 fails"
    FAILS_OR_RELOCKS = "Nix fails or locks anew, by its version"


class Git(StrEnum):
    """What real git does with the forged commits."""

    TAKES = "git receives the commits, finds no fault in them and checks them out"
    """A push to a repository that checks objects (``receive.fsckObjects``), as a host does, and a clone of it."""


class Shown(Struct, frozen=True, kw_only=True):
    """GitHub lets it happen, or reports it so: another test against the stand-in shows it, or a story plays it.

    ``by`` is ``tests/…py::test_…`` or ``story: name``.
    """

    by: str


class Unproven(Struct, frozen=True, kw_only=True):
    """No tool at hand can show it; ``why`` says so in a sentence, and what the rule guards against all the same."""

    why: str


Proof = Nix | Git | Shown | Unproven

UNTOLD = Unproven(why="the stand-in never answers so: it guards against an answer that is cut, mixed up or forged")


def lenience(test: str) -> Shown:
    """Return the proof that GitHub merges, counts or reports something, by the test of the stand-in that shows it."""
    return Shown(by=f"tests/rehearsal/github/test_lenience.py::{test}")


def kind(proof: Proof) -> str:
    """Return the kind of a proof in a few words."""
    match proof:
        case Nix() | Git():
            return proof.value
        case Shown():
            return "GitHub lets it happen, by a test of the stand-in"
        case Unproven():
            return "unproven, and why stands beside it"
        case _:
            assert_never(proof)
