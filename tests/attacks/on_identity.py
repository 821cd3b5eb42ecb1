"""Attacks on the pull request: whose it is, where it leads, and what GitHub tells of it or leaves out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from msgspec.structs import replace

from flakebot.model import Branch, Comparison, Login, PullRequest, Push, Sha
from flakebot.policy.verdict import Severity
from tests.attacks.attack import Attack, in_evidence
from tests.attacks.proof import UNTOLD, Shown, Unproven, lenience
from tests.attacks.situation import ZERO, Situation
from tests.attacks.workbench import APPROVER, AUTHOR, MALLORY

_OTHER = Sha("c" * 40)
Change = Callable[[Situation], Situation]


def _pull(change: Callable[[PullRequest], PullRequest]) -> Change:
    """Change what GitHub says of the pull request."""
    return lambda situation: replace(
        situation, proposal=replace(situation.proposal, pull_request=change(situation.proposal.pull_request))
    )


def _compared(change: Callable[[Comparison], Comparison]) -> Change:
    """Change what GitHub says of the comparison."""
    return lambda situation: replace(
        situation, proposal=replace(situation.proposal, comparison=change(situation.proposal.comparison))
    )


def _attributed(author: Login | None, committer: Login | None) -> Change:
    """Let GitHub attribute the commit to other accounts."""

    def change(situation: Situation) -> Situation:
        (commit,) = situation.proposal.change.commits
        assert commit.host is not None
        return situation.with_host(replace(commit.host, author=author, committer=committer))

    return change


def _pushed(*pushers: Login | None) -> Change:
    """Let GitHub's record say who moved the branch, the last one first."""

    def change(situation: Situation) -> Situation:
        head = situation.proposal.pull_request.head_sha
        shas = (head, *(Sha(str(number) * 40) for number in range(1, len(pushers))), ZERO)
        pushes = tuple(
            Push(pusher=pusher, before=before, after=after)
            for pusher, (after, before) in zip(pushers, pairwise(shas), strict=True)
        )
        return replace(situation, checks=replace(situation.checks, pushes=pushes))

    return change


def _approver(login: Login) -> Change:
    return lambda situation: replace(situation, proposal=replace(situation.proposal, approver=login))


def _one_account(situation: Situation) -> Situation:
    """Configure the author as approver too, and give the author's token."""
    expectation = replace(situation.expectation, approver=Login(AUTHOR.upper()))
    return _approver(AUTHOR)(replace(situation, expectation=expectation))


def _moved_head(situation: Situation) -> Situation:
    """Let somebody push between the look at the pull request and the look at its commits."""
    moved = _pull(lambda it: replace(it, head_sha=_OTHER))(situation)
    return replace(moved, checks=replace(moved.checks, sha=_OTHER))


def _other_commits(situation: Situation) -> Situation:
    hosts = tuple(replace(host, sha=_OTHER) for host in situation.proposal.comparison.commits)
    return _compared(lambda it: replace(it, commits=hosts))(situation)


ATTACKS: tuple[Attack, ...] = (
    in_evidence(
        "somebody else with write access pushes in the bot's name",
        "identity-pushes",
        _pushed(MALLORY),
        _pushed(APPROVER),
        _pushed(None),
        _pushed(MALLORY, AUTHOR),
        proof=lenience("test_what_another_account_pushed_is_merged"),
    ),
    in_evidence(
        "somebody else makes the branch, before the bot can",
        "identity-pushes",
        _pushed(AUTHOR, MALLORY),
        _pushed(AUTHOR, AUTHOR, MALLORY),
        proof=lenience("test_what_another_account_pushed_is_merged"),
    ),
    in_evidence(
        "one account proposes and approves",
        "identity-accounts",
        _one_account,
        proof=Shown(by="story: self-approval"),
    ),
    in_evidence(
        "the approver's token belongs to somebody else",
        "identity-accounts",
        _approver(MALLORY),
        _approver(AUTHOR),
        proof=Unproven(
            why="it takes an owner's mistake or a swapped secret: GitHub knows no account that ought to approve"
        ),
    ),
    in_evidence(
        "the approver opened the pull request",
        "identity-accounts",
        _pull(lambda it: replace(it, author=APPROVER)),
        beside=("identity-author",),
        proof=lenience("test_whose_it_is_and_where_it_leads_is_all_the_same"),
    ),
    in_evidence(
        "a stranger opened the pull request",
        "identity-author",
        _pull(lambda it: replace(it, author=MALLORY)),
        _pull(lambda it: replace(it, author=Login("update-b0t"))),
        proof=lenience("test_a_strangers_fork_is_merged"),
    ),
    in_evidence(
        "a stranger's fork holds a branch of the bot's name",
        "identity-branches",
        _pull(lambda it: replace(it, head_repository="mallory/config")),
        proof=lenience("test_a_strangers_fork_is_merged"),
    ),
    in_evidence(
        "the branch is of a fork that is gone",
        "identity-branches",
        _pull(lambda it: replace(it, head_repository=None)),
        proof=Unproven(why="the stand-in deletes no fork; GitHub documents that head.repo is null then"),
    ),
    in_evidence(
        "the pull request leads from another branch",
        "identity-branches",
        _pull(lambda it: replace(it, head_branch=Branch("flakebot/update2"))),
        proof=lenience("test_whose_it_is_and_where_it_leads_is_all_the_same"),
    ),
    in_evidence(
        "the pull request leads to another branch, with fewer rules",
        "identity-branches",
        _pull(lambda it: replace(it, base_branch=Branch("release"))),
        proof=lenience("test_whose_it_is_and_where_it_leads_is_all_the_same"),
    ),
    in_evidence(
        "a commit is somebody else's by GitHub's account",
        "identity-pushers",
        _attributed(MALLORY, AUTHOR),
        _attributed(AUTHOR, MALLORY),
        proof=lenience("test_what_another_account_pushed_is_merged"),
    ),
    in_evidence(
        "a commit was made in GitHub's editor",
        "identity-pushers",
        _attributed(AUTHOR, Login("web-flow")),
        proof=Shown(by="tests/rehearsal/github/test_signatures.py::test_github_signs_the_merges_that_it_makes"),
    ),
    in_evidence(
        "a commit is nobody's by GitHub's account",
        "identity-pushers",
        _attributed(None, None),
        _attributed(AUTHOR, None),
        proof=Shown(by="tests/rehearsal/github/test_signatures.py::test_the_address_must_be_somebodys"),
    ),
    in_evidence(
        "the pull request was closed by somebody",
        "identity-open",
        _pull(lambda it: replace(it, is_open=False)),
        proof=Shown(by="tests/rehearsal/github/test_merging.py::test_a_closed_pull_request_can_be_reopened"),
    ),
    in_evidence(
        "the pull request was made a draft by somebody",
        "identity-open",
        _pull(lambda it: replace(it, is_draft=True)),
        severity=Severity.HOLD,
        proof=lenience("test_a_draft_is_approved_all_the_same"),
    ),
    in_evidence(
        "more files changed than GitHub lists",
        "identity-complete",
        _pull(lambda it: replace(it, changed_files=301)),
        _pull(lambda it: replace(it, changed_files=2)),
        proof=lenience("test_a_comparison_leaves_out_files_without_a_word"),
    ),
    in_evidence(
        "more commits stand there than GitHub lists",
        "identity-complete",
        _pull(lambda it: replace(it, commits=251)),
        _compared(lambda it: replace(it, total_commits=251)),
        proof=Unproven(why="251 commits take the stand-in a minute; GitHub documents that a comparison lists 250"),
    ),
    in_evidence(
        "GitHub lists other files than the trees",
        "identity-complete",
        _compared(lambda it: replace(it, files=("flake.lock", "flake.nix"))),
        _compared(lambda it: replace(it, files=())),
        proof=UNTOLD,
    ),
    in_evidence(
        "GitHub lists other commits than git",
        "identity-complete",
        _other_commits,
        proof=UNTOLD,
    ),
    in_evidence(
        "the head moved while it was read",
        "identity-head",
        _moved_head,
        proof=Shown(by="story: moved-head"),
    ),
    in_evidence(
        "the branch forks from somewhere else than was read",
        "identity-head",
        _compared(lambda it: replace(it, merge_base=_OTHER)),
        proof=Shown(
            by="tests/rehearsal/github/test_merging.py::test_the_base_sha_stays_what_it_was_when_the_head_was_pushed"
        ),
    ),
)
