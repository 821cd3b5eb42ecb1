"""What the search achieves over many patterns, a row a kind. It measures and words; the claims are in the tests."""

from __future__ import annotations

from itertools import groupby

from msgspec import Struct

from flakebot.isolation.attempt import Outcome
from flakebot.isolation.finding import Isolated
from tests.isolation.patterns import Pattern


class Row(Struct, frozen=True, kw_only=True):
    """All patterns of one kind. ``over`` counts those that took more checks than their bound allows."""

    kind: str
    patterns: int
    most: int
    mean: float
    nearest: float
    over: int
    maximal: int
    failing: int


class Measured(Struct, frozen=True, kw_only=True):
    """One search: its number of checks as a share of the bound, and what its good set is worth."""

    checks: int
    share: float
    is_maximal: bool
    is_failing: bool


def measured(pattern: Pattern) -> Measured:
    finding = pattern.found()
    assert isinstance(finding, Isolated), f"{pattern}: the base was called broken"
    good = set(finding.good)
    others = set(range(pattern.size)) - good
    return Measured(
        checks=len(finding.attempts),
        share=len(finding.attempts) / pattern.bound,
        is_maximal=all(pattern.outcome(good | {other}) is not Outcome.PASSED for other in others),
        is_failing=pattern.outcome(good) is not Outcome.PASSED,
    )


def rows(patterns: tuple[Pattern, ...]) -> tuple[Row, ...]:
    return tuple(_row(kind, tuple(group)) for kind, group in groupby(patterns, key=lambda pattern: pattern.kind))


def _row(kind: str, patterns: tuple[Pattern, ...]) -> Row:
    searches = tuple(measured(pattern) for pattern in patterns)
    return Row(
        kind=kind,
        patterns=len(searches),
        most=max(search.checks for search in searches),
        mean=sum(search.checks for search in searches) / len(searches),
        nearest=max(search.share for search in searches),
        over=sum(search.share > 1 for search in searches),
        maximal=sum(search.is_maximal for search in searches),
        failing=sum(search.is_failing for search in searches),
    )


def table(patterns: tuple[Pattern, ...]) -> str:
    """Lay the rows out for a terminal, the sums last."""
    lines = [f"{'what is broken':<36}patterns  most  mean  of bound  over it  maximal  merged sets that fail"]
    found = rows(patterns)
    lines += [
        f"{row.kind:<36}{row.patterns:>8}{row.most:>6}{row.mean:>6.1f}{row.nearest:>10.0%}{row.over:>9}"
        f"{row.maximal / row.patterns:>9.1%}{row.failing:>23}"
        for row in found
    ]
    whole = sum(row.patterns for row in found)
    lines.append(
        f"{'all':<36}{whole:>8}{max(row.most for row in found):>6}"
        f"{sum(row.mean * row.patterns for row in found) / whole:>6.1f}{max(row.nearest for row in found):>10.0%}"
        f"{sum(row.over for row in found):>9}{sum(row.maximal for row in found) / whole:>9.1%}"
        f"{sum(row.failing for row in found):>23}"
    )
    return "\n".join(lines)
