"""Judge a pull request, or a range of a local repository. Writes nothing anywhere."""

from __future__ import annotations

from typing import assert_never

from flakebot.commands.gather import Sources, gather_change, gather_checks, gather_proposal
from flakebot.commands.judging import change_expectation, pinned_keys, proposal_expectation
from flakebot.commands.report import Report
from flakebot.commands.tracing import traced_change, traced_proposal
from flakebot.errors import ExitCode, MisuseError
from flakebot.model import Fingerprint, PullRequest, Sha
from flakebot.policy.evidence import ChangeEvidence
from flakebot.policy.judge import judge, judge_change
from flakebot.policy.verdict import Approve, Finding, Hold, Refuse, Severity, Verdict, Wait
from flakebot.ports import Progress, Provenance, PublicKeys, Repository
from flakebot.settings.commands import VerifySettings
from flakebot.text.verdict import findings_summary

_UNTRACED = " that can be judged here; where its content comes from was not asked (`--provenance`)"


def verify_range(
    settings: VerifySettings,
    *,
    repository: Repository,
    keys: PublicKeys,
    provenance: Provenance | None,
    progress: Progress,
) -> Report:
    """Judge what stands between the merge base of ``--base`` and ``--head``, and ``--head``.

    Raises `MisuseError` when the keys cannot tell a good signature from any other: that is no judgement of a commit.
    """
    if settings.base is None or settings.head is None:
        raise MisuseError("a range needs both ends", advice="Give --base REVISION and --head REVISION.")
    _require_pinned(settings, keys)
    base, head = repository.resolve(settings.base), repository.resolve(settings.head)
    evidence = gather_change(
        repository, keys, base=repository.merge_base(base, head), head=head, directories=settings.directory
    )
    _require_key(settings, evidence)
    expectation = change_expectation(settings, evidence.paths)
    traced = traced_change(evidence, expectation, provenance, progress)
    verdict = verdict_of(head, judge_change(traced, expectation))
    return verdict_report(verdict, f"{base[:7]}..{head[:7]}", is_traced=traced.facts is not None)


def _require_pinned(settings: VerifySettings, keys: PublicKeys) -> None:
    """Raise `MisuseError` when no key is pinned, or the file holds other keys only."""
    pinned = pinned_keys(settings)
    if settings.public_key is not None and keys.fingerprints.isdisjoint(pinned):
        held = " and ".join(sorted(keys.fingerprints)) or "no key that gpg can read"
        raise MisuseError(
            f"{settings.public_key} holds {held}, expected {' or '.join(pinned)}", advice=_public_key(pinned[0])
        )


def _require_key(settings: VerifySettings, evidence: ChangeEvidence) -> None:
    """Raise `MisuseError` when something is signed and no key was given; what is unsigned is refused without one."""
    signed = next((found.commit for found in evidence.commits if found.commit.signature is not None), None)
    if settings.public_key is None and signed is not None:
        raise MisuseError(
            f"commit {signed.sha[:7]} is signed, and there is no public key to check its signature with",
            advice=f"{_public_key(pinned_keys(settings)[0])} Without it no signature can be checked.",
        )


def _public_key(fingerprint: Fingerprint) -> str:
    return f"Give --public-key the file that `gpg --armor --export {fingerprint}` writes."


def verify_pull_request(settings: VerifySettings, *, sources: Sources, progress: Progress) -> Report:
    """Judge a pull request as `approve` would, without waiting and without a word on GitHub."""
    if settings.pr is None or settings.approver is None:
        raise MisuseError(
            "judging a pull request needs to know who approves", advice="Configure `approver`, or give --approver."
        )
    proposed = proposal_expectation(settings, approver=settings.approver)
    pinned_keys(settings)
    evidence = gather_proposal(
        sources,
        number=settings.pr,
        name=settings.repository,
        author=proposed.author,
        approver=settings.approver,
        directories=settings.directory,
    )
    if not evidence.pull_request.is_open:
        return ended(evidence.pull_request)
    change = change_expectation(settings, evidence.change.paths)
    evidence = traced_proposal(evidence, proposed, change, sources.provenance, progress)
    checks = gather_checks(sources, evidence.pull_request, evidence.pull_request.head_sha)
    verdict = judge(evidence, checks, proposed, change)
    return verdict_report(verdict, evidence.pull_request.url, is_traced=evidence.change.facts is not None)


def ended(pull_request: PullRequest) -> Report:
    """Say that there is nothing left to judge."""
    outcome = "merged" if pull_request.is_merged else "closed"
    headline = f"{pull_request.url} is {outcome} already; only an open pull request is judged."
    return Report(
        command="verify",
        outcome=outcome,
        headline=headline,
        facts={"head_sha": pull_request.head_sha},
        summary=f"{headline}\n",
    )


def verdict_of(head: Sha, findings: tuple[Finding, ...]) -> Verdict:
    """Return what findings alone end in."""
    if any(finding.severity is Severity.REFUSE for finding in findings):
        return Refuse(sha=head, findings=findings)
    if any(finding.severity is Severity.HOLD for finding in findings):
        return Hold(sha=head, findings=findings)
    if too_early := tuple(finding.message for finding in findings if finding.severity is Severity.WAIT):
        return Wait(sha=head, reasons=too_early, notes=findings)
    return Approve(sha=head, notes=findings)


def verdict_report(verdict: Verdict, what: str, *, is_traced: bool) -> Report:
    """Report what became of a judgement of ``what``; ``is_traced`` is whether the content's origin was asked for."""
    match verdict:
        case Approve(notes=findings):
            outcome, said = "clean", "passes every rule" + ("" if is_traced else _UNTRACED)
        case Wait(reasons=reasons, notes=findings):
            outcome, said = "waiting", "; ".join(reasons)
        case Hold(findings=findings):
            outcome, said = "held", "a person has to decide"
        case Refuse(findings=findings):
            outcome, said = "refused", "it must not be merged"
        case _:
            assert_never(verdict)
    headline = f"{what} at {verdict.sha[:7]}: {said}."
    return Report(
        command="verify",
        outcome=outcome,
        headline=headline,
        exit_code=ExitCode.REFUSED if outcome in {"held", "refused"} else ExitCode.DONE,
        facts={"head_sha": verdict.sha, "provenance": is_traced},
        findings=findings,
        summary=findings_summary(headline, findings),
    )
