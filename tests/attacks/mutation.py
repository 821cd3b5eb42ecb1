"""Delete each rule in turn and see which attacks then go through: a rule without which nothing does is idle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from flakebot.policy.rulebook import RULEBOOK, Rulebook
from flakebot.policy.verdict import Severity
from tests.attacks.attack import Attack
from tests.attacks.collection import ATTACKS
from tests.attacks.proof import kind
from tests.attacks.situation import severity
from tests.attacks.workbench import Workbench


class Deletion(Struct, frozen=True, kw_only=True):
    """What came of deleting a rule: the attacks that it must catch, and those that then went through."""

    rule: str
    attacks: tuple[Attack, ...]
    through: tuple[Attack, ...]


def deletions(bench: Workbench) -> Iterator[Deletion]:
    """Delete each rule of the book, one at a time."""
    for rule in RULEBOOK:
        attacks = tuple(attack for attack in ATTACKS if attack.rule == rule.name)
        yield Deletion(
            rule=rule.name, attacks=attacks, through=tuple(attack for attack in attacks if goes_through(attack, bench))
        )


def goes_through(attack: Attack, bench: Workbench) -> bool:
    """Whether one of its forgeries is let through without its rule, and caught with it.

    The rules beside it are deleted first: what several catch must be caught by each of them alone.
    """
    others = _without(RULEBOOK, *attack.beside)
    without = _without(others, attack.rule)
    return any(
        severity(situation.verdict(without)) is Severity.NOTE and severity(situation.verdict(others)) is attack.severity
        for _, situation in attack.forge(bench)
    )


def _without(rulebook: Rulebook, *names: str) -> Rulebook:
    for name in names:
        rulebook = rulebook.without(name)
    return rulebook


def table(found: tuple[Deletion, ...]) -> str:
    """Return the deletions as a table in Markdown."""
    rows = (
        f"| `{deletion.rule}` | {len(deletion.attacks)} | {len(deletion.through)} | {_example(deletion)} "
        f"| {'; '.join(_counts(deletion.attacks))} |"
        for deletion in found
    )
    head = "| rule | attacks it must catch | of these go through without it | for example | how they are proven |"
    return "\n".join((head, "|---|---|---|---|---|", *rows))


def proofs(attacks: tuple[Attack, ...]) -> str:
    """Return how many attacks are proven in which way, as a list in Markdown."""
    return "\n".join(f"- {line}" for line in _counts(attacks))


def _counts(attacks: tuple[Attack, ...]) -> tuple[str, ...]:
    counted = Counter(kind(attack.proof) for attack in attacks)
    return tuple(f"{count}: {name}" for name, count in counted.most_common())


def _example(deletion: Deletion) -> str:
    if not deletion.through:
        return "none"
    attack = deletion.through[0]
    beside = " and ".join(f"`{rule}`" for rule in attack.beside)
    return attack.line + (f" (without {beside} too)" if beside else "")
