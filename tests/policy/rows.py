"""What a table about rules consists of: a row is a sentence, the rule that objects, and what it objects to."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from flakebot.policy.verdict import Finding, Severity

Subject = TypeVar("Subject")


class Row(Struct, Generic[Subject], frozen=True):
    """One thing that a rule finds. ``says`` are words of the message, ``about`` the input's path."""

    rule: str
    severity: Severity
    sentence: str
    subject: Subject
    says: str
    about: str = ""


def outcome(findings: tuple[Finding, ...]) -> Severity | None:
    """Return the weightiest severity; None when nothing was found."""
    severities = [finding.severity for finding in findings]
    return next((severity for severity in reversed(Severity) if severity in severities), None)


def assert_found(row: Row[Subject], findings: tuple[Finding, ...]) -> None:
    """The row's rule says what the row expects, with advice; no other rule says anything graver."""
    own = [finding for finding in findings if finding.rule == row.rule]
    assert [finding for finding in own if row.says in finding.message and finding.input == row.about], findings
    assert all(finding.severity is row.severity and finding.advice for finding in own)
