"""Judge the locks that a pull request or a range of commits changes, whoever made it. Writes nothing anywhere.

A check that is required of everybody's pull requests must never pass because something has not happened yet: what is
too young ends in another exit code here than in `verify` of the bot's own pull request, which is judged again anyway.
"""

from __future__ import annotations

from msgspec.structs import replace

from flakebot.commands.gather import Sources, fetch_head, gather_locks
from flakebot.commands.judging import locks_expectation
from flakebot.commands.report import Report
from flakebot.commands.tracing import traced_change
from flakebot.commands.verify import ended, verdict_of, verdict_report
from flakebot.errors import ExitCode, MisuseError
from flakebot.policy.evidence import ChangeEvidence
from flakebot.policy.judge import judge_locks
from flakebot.policy.rulebook import LOCKS_ONLY
from flakebot.ports import Progress, Provenance, Repository
from flakebot.settings.commands import VerifySettings


def verify_locks_of_range(
    settings: VerifySettings, *, repository: Repository, provenance: Provenance | None, progress: Progress
) -> Report:
    """Judge the locks that changed between the merge base of ``--base`` and ``--head``, and ``--head``."""
    if settings.base is None or settings.head is None:
        raise MisuseError("a range needs both ends", advice="Give --base REVISION and --head REVISION.")
    base, head = repository.resolve(settings.base), repository.resolve(settings.head)
    evidence = gather_locks(
        repository, base=repository.merge_base(base, head), head=head, directories=settings.directory
    )
    return _judged(settings, evidence, provenance, progress, what=f"{base[:7]}..{head[:7]}")


def verify_locks_of_pull_request(settings: VerifySettings, *, sources: Sources, progress: Progress) -> Report:
    """Judge the locks that a pull request changes. Costs 2 API calls, and what tracing them costs."""
    if settings.pr is None:
        raise MisuseError("no pull request is named", advice="Give --pr NUMBER.")
    pull_request = sources.reader.pull_request(settings.pr)
    if not pull_request.is_open:
        return ended(pull_request)
    comparison = fetch_head(sources, pull_request)
    evidence = gather_locks(
        sources.repository, base=comparison.merge_base, head=pull_request.head_sha, directories=settings.directory
    )
    return _judged(settings, evidence, sources.provenance, progress, what=pull_request.url)


def _judged(
    settings: VerifySettings,
    evidence: ChangeEvidence,
    provenance: Provenance | None,
    progress: Progress,
    *,
    what: str,
) -> Report:
    if not evidence.locks:
        return _unchanged(evidence, what)
    expectation = locks_expectation(settings, evidence.paths)
    traced = traced_change(evidence, expectation, provenance, progress, rulebook=LOCKS_ONLY)
    verdict = verdict_of(evidence.head, judge_locks(traced, expectation))
    report = verdict_report(verdict, what, is_traced=traced.facts is not None)
    return replace(report, exit_code=ExitCode.REFUSED) if report.outcome == "waiting" else report


def _unchanged(evidence: ChangeEvidence, what: str) -> Report:
    headline = f"{what} at {evidence.head[:7]}: no lock changed."
    return Report(
        command="verify",
        outcome="clean",
        headline=headline,
        facts={"head_sha": evidence.head},
        summary=f"{headline}\n",
    )
