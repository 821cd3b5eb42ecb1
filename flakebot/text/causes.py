"""Findings in the order of cause and consequence, and the sentence that a person has to read first. No I/O."""

from __future__ import annotations

from flakebot.policy.verdict import Finding, Severity

_FOREIGN = ("identity-pushers", "identity-pushes", "commits-signature", "commits-key", "commits-person")
"""Rules that object to who did something. Whatever else is wrong may follow from that, and comes after them."""

_WEIGHTS = (Severity.REFUSE, Severity.HOLD, Severity.WAIT, Severity.NOTE)


def by_cause(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Put what is graver first, and of that, who did it before what was done; else the rulebook's order stays."""
    return tuple(sorted(findings, key=lambda finding: (_WEIGHTS.index(finding.severity), _rank(finding))))


def _rank(finding: Finding) -> int:
    return _FOREIGN.index(finding.rule) if finding.rule in _FOREIGN else len(_FOREIGN)


def warning(findings: tuple[Finding, ...]) -> str:
    """Return what to do when somebody else may have pushed to flakebot's branch; empty when nothing says so."""
    if not any(finding.severity is Severity.REFUSE and finding.rule in _FOREIGN for finding in findings):
        return ""
    return (
        "Somebody else seems to have pushed to flakebot's branch. Unless you know who and why: revoke the author's "
        "token, replace the signing key if it was stored beside it, and delete the branch; the next run proposes anew."
    )
