"""Compare two locks and judge the difference. No network, no git, no secret."""

from __future__ import annotations

from flakebot.commands.judging import lock_expectation
from flakebot.commands.report import Fact, Report
from flakebot.errors import ExitCode, MisuseError
from flakebot.lock.change import Change
from flakebot.lock.error import NotALockError
from flakebot.policy.evidence import LockEvidence
from flakebot.policy.judge import compare_locks
from flakebot.policy.verdict import Finding, Severity
from flakebot.settings.commands import DiffSettings
from flakebot.text.changes import change_lines


def diff_locks(settings: DiffSettings, *, old: bytes, new: bytes) -> Report:
    """Return what changed by input path, and what the policy says of it.

    Raises `MisuseError` when one of the files is no lock at all.
    """
    evidence = LockEvidence(path=str(settings.new), old=old, new=new)
    compared = compare_locks(evidence, lock_expectation(settings))
    for defect, name in ((compared.old_defect, settings.old), (compared.new_defect, settings.new)):
        if isinstance(defect, NotALockError):
            raise MisuseError(f"{name} is not a lock: {defect}", advice="Name two flake.lock files, the older first.")
    outcome = _outcome(compared.findings)
    return Report(
        command="diff",
        outcome=outcome,
        headline=f"{_counted(compared.changes)} changed; the difference is {outcome}.",
        exit_code=ExitCode.DONE if outcome == "clean" else ExitCode.REFUSED,
        facts={"changes": tuple(map(_fact, compared.changes))},
        findings=compared.findings,
        details=change_lines(compared.changes),
    )


def _counted(changes: tuple[Change, ...]) -> str:
    return "1 input" if len(changes) == 1 else f"{len(changes)} inputs"


def _outcome(findings: tuple[Finding, ...]) -> str:
    severities = {finding.severity for finding in findings}
    if Severity.REFUSE in severities:
        return "refused"
    return "held" if Severity.HOLD in severities else "clean"


def _fact(change: Change) -> Fact:
    return {"input": change.input, "node": change.node, "from": change.old_locked, "to": change.new_locked}
