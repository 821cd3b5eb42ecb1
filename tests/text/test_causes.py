"""Causes come before consequences, and a stranger's push before all."""

from __future__ import annotations

import pytest

from flakebot.model import Sha
from flakebot.policy.rulebook import RULEBOOK
from flakebot.policy.verdict import Finding, Severity
from flakebot.text.causes import by_cause, warning
from flakebot.text.verdict import explanation

SHA = Sha("e" * 40)


def finding(rule: str, severity: Severity = Severity.REFUSE) -> Finding:
    return Finding(rule=rule, severity=severity, message=f"{rule} objects", advice="Look.")


def test_who_did_it_comes_before_what_was_done_and_notes_come_last() -> None:
    found = (
        finding("tree-path"),
        finding("commits-signature", Severity.NOTE),
        finding("commits-key"),
        finding("identity-pushers"),
    )
    assert [one.rule for one in by_cause(found)] == [
        "identity-pushers",
        "commits-key",
        "tree-path",
        "commits-signature",
    ]


@pytest.mark.parametrize("rule", ["identity-pushers", "identity-pushes", "commits-signature", "commits-key"])
def test_a_strangers_push_is_said_before_the_findings(rule: str) -> None:
    assert rule in {known.name for known in RULEBOOK}
    comment = explanation("refused", SHA, (finding("tree-path"), finding(rule)))
    assert comment.index("revoke the author's token") < comment.index(rule) < comment.index("tree-path")


@pytest.mark.parametrize("found", [finding("tree-path"), finding("commits-key", Severity.HOLD)])
def test_what_nobody_else_did_is_no_reason_to_revoke_anything(found: Finding) -> None:
    assert warning((found,)) == ""
    assert "revoke" not in explanation("refused", SHA, (found,))
