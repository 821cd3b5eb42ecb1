"""A pull request with all that is known of it: the honest one, and whatever an attack makes of it. Values only."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from flakebot.adapters.git.commit_object import object_name
from flakebot.model import CheckState, HostCommit, Push, Sha, TreeChange
from flakebot.model.provenance import Facts
from flakebot.policy.evidence import (
    ChangeEvidence,
    ChangeExpectation,
    ChecksEvidence,
    CommitEvidence,
    LockEvidence,
    LockExpectation,
    ProposalEvidence,
    ProposalExpectation,
)
from flakebot.policy.judge import judge
from flakebot.policy.rulebook import RULEBOOK, Rulebook
from flakebot.policy.verdict import Approve, Finding, Hold, Refuse, Severity, Verdict, Wait

ZERO = Sha("0" * 40)


class Situation(Struct, frozen=True, kw_only=True):
    """Everything that a judgement is made of."""

    proposal: ProposalEvidence
    checks: ChecksEvidence
    expectation: ProposalExpectation
    change: ChangeExpectation

    def verdict(self, rulebook: Rulebook = RULEBOOK) -> Verdict:
        """Return what the policy says."""
        return judge(self.proposal, self.checks, self.expectation, self.change, rulebook=rulebook)

    def with_change(self, change: ChangeEvidence) -> Situation:
        """Return the same pull request with another change in it, of which GitHub tells all and the truth."""
        hosts = tuple(found.host for found in change.commits if found.host is not None)
        files = tuple(found.path for found in change.changes)
        pull = replace(
            self.proposal.pull_request, head_sha=change.head, changed_files=len(files), commits=len(change.commits)
        )
        comparison = replace(
            self.proposal.comparison,
            merge_base=change.merge_base,
            commits=hosts,
            total_commits=len(hosts),
            files=files,
        )
        proposal = replace(self.proposal, change=change, pull_request=pull, comparison=comparison)
        pushed = Push(pusher=self.expectation.author, before=ZERO, after=change.head)
        return replace(self, proposal=proposal, checks=replace(self.checks, sha=change.head, pushes=(pushed,)))

    def with_lock(self, old: bytes | None, new: bytes | None) -> Situation:
        """Return the same pull request with another lock, at both ends and in its tree."""
        change = self.proposal.change
        found = replace(
            change.changes[0],
            status="A" if old is None else "D" if new is None else "M",
            old_mode="000000" if old is None else "100644",
            new_mode="000000" if new is None else "100644",
            old_sha=blob(old),
            new_sha=blob(new),
        )
        lock = LockEvidence(path=found.path, old=old, new=new)
        return self.with_files((found,), (lock,))

    def with_facts(self, facts: Facts) -> Situation:
        """Return the same pull request with what others say of its lock's content."""
        return self.with_change(replace(self.proposal.change, facts=facts))

    def expecting(self, content: LockExpectation) -> Situation:
        """Return the same pull request where something else is configured about the lock's content."""
        return replace(self, change=replace(self.change, content=content))

    def with_files(self, changes: tuple[TreeChange, ...], locks: tuple[LockEvidence, ...]) -> Situation:
        """Return the same pull request with other changes in its one commit."""
        change = self.proposal.change
        (commit,) = change.commits
        return self.with_change(
            replace(change, changes=changes, commits=(replace(commit, changes=changes),), locks=locks)
        )

    def with_commit(self, commit: CommitEvidence) -> Situation:
        """Return the same pull request with another commit as its only one."""
        return self.with_change(replace(self.proposal.change, commits=(commit,)))

    def with_host(self, host: HostCommit | None) -> Situation:
        """Return the same pull request with another word of GitHub about its one commit."""
        (commit,) = self.proposal.change.commits
        return self.with_commit(replace(commit, host=host))

    def with_result(self, name: str, state: CheckState) -> Situation:
        """Return the same pull request with another result of a check."""
        found = tuple(replace(check, state=state) if check.name == name else check for check in self.checks.found)
        return replace(self, checks=replace(self.checks, found=found))


def blob(data: bytes | None) -> Sha:
    """Return git's name for a file's content."""
    return ZERO if data is None else object_name("blob", data)


def findings(verdict: Verdict) -> tuple[Finding, ...]:
    """Return what a verdict rests on."""
    match verdict:
        case Approve(notes=found) | Wait(notes=found) | Hold(findings=found) | Refuse(findings=found):
            return found


def severity(verdict: Verdict) -> Severity:
    """Return how much a verdict weighs; one that waits for checks is let through with them."""
    match verdict:
        case Refuse():
            return Severity.REFUSE
        case Hold():
            return Severity.HOLD
        case Wait(notes=found) if any(one.severity is Severity.WAIT for one in found):
            return Severity.WAIT
        case Approve() | Wait():
            return Severity.NOTE
