from __future__ import annotations

import pytest

from flakebot.policy.judge import judge
from flakebot.policy.rulebook import RULEBOOK
from flakebot.policy.verdict import Approve, Finding, Hold, Refuse, Severity, Verdict, Wait
from tests.policy.evidence import Request
from tests.policy.request_rows import ROWS
from tests.policy.rows import Row, assert_found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule}: {row.sentence}")
def test_objects_to(row: Row[Request]) -> None:
    verdict = _judged(row.subject)
    assert isinstance(verdict, Refuse if row.severity is Severity.REFUSE else Hold)
    assert_found(row, _findings(verdict))


@pytest.mark.parametrize(
    "name", [rule.name for rule in RULEBOOK if rule.name not in {rule.name for rule in RULEBOOK.lock}]
)
def test_without_the_rule_something_gets_through(name: str) -> None:
    rows = [row for row in ROWS if row.rule == name]
    assert any(type(_judged(row.subject)) is not type(_judged(row.subject, name)) for row in rows)


def _judged(request: Request, missing: str = "") -> Verdict:
    return judge(
        request.proposal, request.checks, request.expectation, request.change, rulebook=RULEBOOK.without(missing)
    )


def _findings(verdict: Verdict) -> tuple[Finding, ...]:
    match verdict:
        case Refuse(findings=findings) | Hold(findings=findings):
            return findings
        case Approve(notes=notes) | Wait(notes=notes):
            return notes
