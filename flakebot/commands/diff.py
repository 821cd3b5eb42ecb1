"""Compare two locks and judge the difference. No network, no git, no secret."""

from __future__ import annotations

from flakebot.commands.report import Fact, Report
from flakebot.errors import ExitCode
from flakebot.lock.diff import Change, diff
from flakebot.lock.document import parse
from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.judge import judge_lock
from flakebot.policy.verdict import Finding, Severity
from flakebot.settings.commands import DiffSettings


def diff_locks(settings: DiffSettings, *, old: bytes, new: bytes) -> Report:
    """Return what changed by input path, and what the policy says of it."""
    findings = judge_lock(
        LockEvidence(path=str(settings.new), old=old, new=new),
        LockExpectation(hold=settings.hold, allow_downgrade=settings.allow_downgrade),
    )
    changes = diff(parse(old), parse(new)).changes
    outcome = _outcome(findings)
    return Report(
        command="diff",
        outcome=outcome,
        headline=f"{len(changes)} inputs changed; the difference is {outcome}.",
        exit_code=ExitCode.DONE if outcome == "clean" else ExitCode.REFUSED,
        facts={"changes": tuple(map(_fact, changes))},
        findings=findings,
    )


def _outcome(findings: tuple[Finding, ...]) -> str:
    severities = {finding.severity for finding in findings}
    if Severity.REFUSE in severities:
        return "refused"
    return "held" if Severity.HOLD in severities else "clean"


def _fact(change: Change) -> Fact:
    return {
        "input": "/".join(change.path),
        "node": change.node,
        "from": change.old_locked,
        "to": change.new_locked,
    }
