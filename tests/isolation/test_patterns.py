"""The claims of scripts/isolation-table, over the patterns that it prints."""

import re

import pytest

from flakebot.isolation.attempt import Outcome
from flakebot.isolation.finding import Finding, Isolated
from tests.isolation.patterns import MOST_UNITS, Pattern, patterns
from tests.isolation.table import Row, measured, rows, table

PATTERNS = patterns()
SEARCHES = tuple(measured(pattern) for pattern in PATTERNS)


def test_there_are_more_than_three_hundred_different_patterns() -> None:
    assert len(set(PATTERNS)) > 300
    assert max(pattern.size for pattern in PATTERNS) == MOST_UNITS
    assert patterns() == PATTERNS


def test_no_good_set_fails() -> None:
    assert [search for search in SEARCHES if search.is_failing] == []


def test_no_search_asks_for_more_than_its_bound() -> None:
    assert [search for search in SEARCHES if search.share > 1] == []


@pytest.mark.parametrize("row", rows(PATTERNS), ids=lambda row: row.kind)
def test_of_every_kind_nearly_all_good_sets_are_maximal(row: Row) -> None:
    assert row.maximal / row.patterns >= 0.95


def test_the_table_counts_what_was_measured() -> None:
    last = table(PATTERNS).splitlines()[-1]
    assert re.split(r"\s+", last) == [
        "all",
        str(len(PATTERNS)),
        str(max(search.checks for search in SEARCHES)),
        f"{sum(search.checks for search in SEARCHES) / len(SEARCHES):.1f}",
        f"{max(search.share for search in SEARCHES):.0%}",
        "0",
        f"{sum(search.is_maximal for search in SEARCHES) / len(SEARCHES):.1%}",
        "0",
    ]


@pytest.mark.parametrize("budget", range(1, 17))
def test_within_any_budget_only_what_passes_is_good(budget: int) -> None:
    findings = tuple((pattern, pattern.found(budget=budget)) for pattern in PATTERNS)
    assert [pattern for pattern, finding in findings if len(finding.attempts) > budget] == []
    assert [pattern for pattern, finding in findings if not _passes(pattern, finding)] == []


def _passes(pattern: Pattern, finding: Finding[int]) -> bool:
    return isinstance(finding, Isolated) and pattern.outcome(finding.good) is Outcome.PASSED
