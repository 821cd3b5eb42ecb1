"""Every attack is caught by the rule that must catch it, in every place where it can be made, and by no accident."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from flakebot.errors import RefusedError
from flakebot.policy.rulebook import RULEBOOK, AnyRule
from flakebot.policy.verdict import Approve
from tests.attacks.attack import Attack
from tests.attacks.collection import ATTACKS
from tests.attacks.mutation import goes_through
from tests.attacks.situation import findings, severity
from tests.attacks.updates import UPDATES, Update
from tests.attacks.workbench import LOCK, Workbench, open_workbench


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    with open_workbench() as opened:
        yield opened


def test_the_honest_pull_request_is_approved_without_a_word(bench: Workbench) -> None:
    assert bench.honest.verdict() == Approve(sha=bench.honest.proposal.pull_request.head_sha)


@pytest.mark.parametrize("update", UPDATES, ids=str)
def test_what_the_attacks_are_made_from_is_approved_without_a_word(bench: Workbench, update: Update) -> None:
    honest = bench.honest.with_lock(update.old, update.new)
    assert honest.verdict() == Approve(sha=bench.honest.proposal.pull_request.head_sha)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.line)
def test_an_attack_is_caught_by_its_rule(bench: Workbench, attack: Attack) -> None:
    forgeries = tuple(attack.forge(bench))
    assert forgeries
    for where, situation in forgeries:
        verdict = situation.verdict()
        found = [(finding.rule, finding.severity) for finding in findings(verdict)]
        assert (attack.rule, attack.severity) in found, where
        assert severity(verdict) is attack.severity, where


def test_a_lock_that_became_a_folder_is_not_even_read(bench: Workbench) -> None:
    with pytest.raises(RefusedError, match="is a tree, expected a file"):
        bench.situation(bench.commit({LOCK: None, f"{LOCK}/x": "x"}, onto=bench.base, sign=bench.bot))


@pytest.mark.parametrize("rule", tuple(RULEBOOK), ids=lambda rule: rule.name)
def test_without_a_rule_an_attack_goes_through(bench: Workbench, rule: AnyRule) -> None:
    attacks = [attack for attack in ATTACKS if attack.rule == rule.name]
    assert attacks, f"no attack is there that {rule.name} must catch"
    assert any(goes_through(attack, bench) for attack in attacks)


def test_there_are_eighty_distinct_attacks_and_more() -> None:
    lines = Counter(attack.line for attack in ATTACKS)
    assert [line for line, count in lines.items() if count > 1] == []
    assert len(lines) >= 80


def test_every_attack_names_rules_that_exist() -> None:
    names = {rule.name for rule in RULEBOOK}
    assert {name for attack in ATTACKS for name in (attack.rule, *attack.beside)} <= names
