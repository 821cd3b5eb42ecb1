"""What stderr shows of a report or an error. Values in, lines out. No I/O."""

from __future__ import annotations

from collections.abc import Iterator

from flakebot.policy.verdict import Finding, Severity
from flakebot.text.causes import by_cause
from flakebot.text.neutral import printable

_MARKS = {Severity.REFUSE: "✗", Severity.HOLD: "!", Severity.WAIT: "…", Severity.NOTE: "·"}


def report_lines(
    headline: str, findings: tuple[Finding, ...], *, details: tuple[str, ...] = (), hint: str = ""
) -> Iterator[str]:
    """Yield the details, each finding with what to do, the headline where the eye is, and last what to do next."""
    yield from map(_line, details)
    for finding in by_cause(findings):
        place = f" {finding.input}" if finding.input else ""
        yield _line(f"{_MARKS[finding.severity]} {finding.rule}{place}: {finding.message}")
        yield _line(f"  {finding.advice}")
    yield _line(headline)
    if hint:
        yield _line(hint)


def error_lines(message: str, advice: str) -> Iterator[str]:
    """Yield what happened and, on lines of its own, what to do."""
    yield _line(f"flakebot: {message}")
    if advice:
        yield _line(f"  {advice}")


def _line(text: str) -> str:
    return " ".join(printable(text).split("\n"))
