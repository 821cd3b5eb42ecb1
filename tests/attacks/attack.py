"""What an attack is: a line, the rule that must catch it, and how it is forged from what is honest. Values only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from msgspec import Struct

from flakebot.policy.verdict import Severity
from tests.attacks.proof import Git, Nix, Proof
from tests.attacks.situation import Situation
from tests.attacks.updates import UPDATES, Forged, Update
from tests.attacks.workbench import Workbench

Forgeries = Iterator[tuple[str, Situation]]
"""Where the attack is made (for people to find it), and what comes of it."""


class Attack(Struct, frozen=True, kw_only=True):
    """One attack, forged in as many places as there are.

    ``rule`` must catch each forgery with ``severity``. ``beside`` names rules that catch them too: where they are
    deleted, ``rule`` must still do. ``proof`` says what shows that it is an attack at all.
    """

    line: str
    rule: str
    forge: Callable[[Workbench], Forgeries]
    proof: Proof
    severity: Severity = Severity.REFUSE
    beside: tuple[str, ...] = ()


def in_lock(
    line: str,
    rule: str,
    forge: Callable[[Update], Iterator[Forged]],
    *,
    severity: Severity = Severity.REFUSE,
    beside: tuple[str, ...] = (),
    proof: Proof = Nix.TAKES,
) -> Attack:
    """Return an attack on the lock, forged in every update that real Nix made."""

    def forgeries(bench: Workbench) -> Forgeries:
        for update in UPDATES:
            for forged in forge(update):
                yield f"{update}: {forged.where}", bench.honest.with_lock(forged.old, forged.new)

    return Attack(line=line, rule=rule, forge=forgeries, proof=proof, severity=severity, beside=beside)


def in_evidence(
    line: str,
    rule: str,
    *changes: Callable[[Situation], Situation],
    proof: Proof,
    severity: Severity = Severity.REFUSE,
    beside: tuple[str, ...] = (),
) -> Attack:
    """Return an attack of which GitHub itself tells: each change makes one out of the honest pull request."""

    def forgeries(bench: Workbench) -> Forgeries:
        for number, change in enumerate(changes, start=1):
            yield f"variant {number}", change(bench.honest)

    return Attack(line=line, rule=rule, forge=forgeries, proof=proof, severity=severity, beside=beside)


def in_git(
    line: str,
    rule: str,
    *makes: Callable[[Workbench], Situation],
    severity: Severity = Severity.REFUSE,
    beside: tuple[str, ...] = (),
    proof: Proof = Git.TAKES,
) -> Attack:
    """Return an attack by commits that somebody pushed: each is made once, with real git and signed with real keys."""
    pushes = tuple(map(cache, makes))

    def forgeries(bench: Workbench) -> Forgeries:
        for number, make in enumerate(pushes, start=1):
            yield f"variant {number}", make(bench)

    return Attack(line=line, rule=rule, forge=forgeries, proof=proof, severity=severity, beside=beside)
