"""Verdicts in words: the comment on a refused pull request, the approval, the step summary. No I/O."""

from __future__ import annotations

from flakebot.model import Sha
from flakebot.policy.verdict import Finding
from flakebot.text.causes import by_cause, warning
from flakebot.text.neutral import neutral
from flakebot.text.render import render

COMMENT_MARKER = "<!-- flakebot:verdict -->"
"""What tells flakebot's one comment about a verdict from every other."""

ABSENCE_MARKER = "<!-- flakebot:missing-checks -->"
"""The same for checks that nobody reported. What was refused once stays to be read; an absence is settled."""

_SHOWN = 100


def explanation(outcome: str, sha: Sha, findings: tuple[Finding, ...]) -> str:
    """Return the comment that says why a commit was refused or held, finding by finding."""
    said = warning(findings)
    return render("verdict.md.j2", marker=COMMENT_MARKER, outcome=outcome, sha=sha, warning=said, **_rows(findings))


def absence(sha: Sha, missing: tuple[str, ...]) -> str:
    """Return the comment that names the required checks that nobody reported, and what to do."""
    return render("absence.md.j2", marker=ABSENCE_MARKER, sha=sha, missing=missing[:_SHOWN])


def settlement(sha: Sha) -> str:
    """Return what becomes of the comment about missing checks once a commit is approved."""
    return render("settlement.md.j2", marker=ABSENCE_MARKER, sha=sha)


def approval_text(sha: Sha, notes: tuple[Finding, ...]) -> str:
    """Return the approving review's text."""
    return render("approval.md.j2", sha=sha, **_rows(notes))


def findings_summary(headline: str, findings: tuple[Finding, ...]) -> str:
    """Return the step summary: a headline and the findings."""
    return render("summary.md.j2", headline=neutral(headline), **_rows(findings))


def _rows(findings: tuple[Finding, ...]) -> dict[str, object]:
    ordered = by_cause(findings)
    return {"findings": ordered[:_SHOWN], "more": max(0, len(ordered) - _SHOWN)}
