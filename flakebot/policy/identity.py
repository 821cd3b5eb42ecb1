"""Rules about a pull request: whose it is, what it is for, and that GitHub told us all of it. No I/O."""

from __future__ import annotations

from collections.abc import Iterator

from flakebot.lock.wording import shown
from flakebot.model import HostCommit, Login
from flakebot.policy.cases import ProposalCase
from flakebot.policy.rule import Objection, Rule, hold, refuse

_AGAIN = "Judge again from the start; the pull request changed in between."
_BY_HAND = "Leave this pull request to people: flakebot judges its own only."


def is_same_login(one: Login | None, other: Login | None) -> bool:
    """Whether two logins are one account: GitHub keeps the case of a login and ignores it."""
    return one is not None and other is not None and one.lower() == other.lower()


def _two_accounts(case: ProposalCase) -> Iterator[Objection]:
    if is_same_login(case.expectation.author, case.expectation.approver):
        said = f"{shown(case.expectation.author)} is to propose and to approve"
        yield refuse(said, "Configure a second account as approver: who writes cannot bless.")
    if not is_same_login(case.evidence.approver, case.expectation.approver):
        expected = shown(case.expectation.approver)
        said = f"the approving token belongs to {shown(case.evidence.approver)}, expected {expected}"
        yield refuse(said, "Give the token of the configured approver.")
    if is_same_login(case.evidence.approver, case.evidence.pull_request.author):
        said = f"{shown(case.evidence.approver)} opened this pull request and cannot approve it"
        yield refuse(said, "Let another account approve.")


def _author(case: ProposalCase) -> Iterator[Objection]:
    author = case.evidence.pull_request.author
    if not is_same_login(author, case.expectation.author):
        yield refuse(f"the pull request is by {shown(author)}, expected {shown(case.expectation.author)}", _BY_HAND)


def _pushers(case: ProposalCase) -> Iterator[Objection]:
    for commit in case.evidence.comparison.commits:
        for role, login in (("author", commit.author), ("committer", commit.committer)):
            if not is_same_login(login, case.expectation.author):
                found = "nobody that GitHub knows" if login is None else shown(login)
                said = f"the {role} of commit {commit.sha[:7]} is {found}, expected {shown(case.expectation.author)}"
                yield refuse(said, "Find out who pushed it; then delete the branch and let flakebot propose again.")


def _branches(case: ProposalCase) -> Iterator[Objection]:
    pull_request, expectation = case.evidence.pull_request, case.expectation
    if pull_request.base_branch != expectation.base_branch:
        yield _elsewhere("base branch", pull_request.base_branch, shown(expectation.base_branch))
    own = expectation.head_branch
    if pull_request.head_branch != own and not pull_request.head_branch.startswith(f"{own}-"):
        yield _elsewhere("branch", pull_request.head_branch, f"{shown(own)} or {shown(f'{own}-…')}")
    repository = pull_request.head_repository or "a deleted fork"
    if repository.lower() != case.evidence.repository.lower():
        yield _elsewhere("repository", repository, shown(case.evidence.repository))


def _elsewhere(what: str, found: str, expected: str) -> Objection:
    return refuse(f"the pull request's {what} is {shown(found)}, expected {expected}", _BY_HAND)


def _open(case: ProposalCase) -> Iterator[Objection]:
    pull_request = case.evidence.pull_request
    if not pull_request.is_open:
        yield refuse("the pull request is closed", "Open it again, or let flakebot propose again.")
    elif pull_request.is_draft:
        yield hold("the pull request is a draft", "Mark it as ready for review.")


def _complete(case: ProposalCase) -> Iterator[Objection]:
    """GitHub cuts its lists: 250 commits, 300 files of a comparison. What it counts must be what we read."""
    pull_request, comparison, change = case.evidence.pull_request, case.evidence.comparison, case.evidence.change
    counts = (
        ("changed files", pull_request.changed_files, len(change.changes)),
        ("commits", pull_request.commits, len(change.commits)),
        ("commits of the comparison", comparison.total_commits, len(comparison.commits)),
    )
    for what, counted, read in counts:
        if counted != read:
            yield refuse(f"GitHub counts {counted} {what}, but {read} were read", _AGAIN)
    if sorted(comparison.files) != sorted(found.path for found in change.changes):
        yield refuse("GitHub lists other files than the trees differ in", _AGAIN)
    if _shas(comparison.commits) != [found.commit.sha for found in change.commits]:
        yield refuse("GitHub lists other commits than were read", _AGAIN)


def _shas(commits: tuple[HostCommit, ...]) -> list[str]:
    return [commit.sha for commit in commits]


def _head(case: ProposalCase) -> Iterator[Objection]:
    pull_request, comparison, change = case.evidence.pull_request, case.evidence.comparison, case.evidence.change
    if pull_request.head_sha != change.head:
        yield refuse(f"the head is {pull_request.head_sha[:7]}, but {change.head[:7]} was read", _AGAIN)
    if comparison.merge_base != change.merge_base:
        said = f"the merge base is {comparison.merge_base[:7]}, but {change.merge_base[:7]} was read"
        yield refuse(said, _AGAIN)


def _asked(case: ProposalCase) -> Iterator[Objection]:
    for found in case.evidence.change.commits:
        if found.host is None:
            yield refuse(f"GitHub said nothing about commit {found.commit.sha[:7]}", _AGAIN)


IDENTITY = (
    Rule(
        name="identity-accounts",
        purpose="Two accounts: one proposes, another one approves.",
        objections=_two_accounts,
    ),
    Rule(
        name="identity-author",
        purpose="The pull request was opened by the configured author.",
        objections=_author,
    ),
    Rule(
        name="identity-pushers",
        purpose="Nobody else pushed to the branch: by GitHub's account, every commit is the author's.",
        objections=_pushers,
    ),
    Rule(
        name="identity-branches",
        purpose="The pull request leads from a branch of the bot's in this very repository to the base branch.",
        objections=_branches,
    ),
    Rule(
        name="identity-open",
        purpose="The pull request is open and ready.",
        objections=_open,
    ),
    Rule(
        name="identity-complete",
        purpose="GitHub told all of it: what it counts and lists is what was read.",
        objections=_complete,
    ),
    Rule(
        name="identity-head",
        purpose="What was read is the head that the pull request has.",
        objections=_head,
    ),
    Rule(
        name="identity-asked",
        purpose="GitHub was asked about every commit of a pull request.",
        objections=_asked,
    ),
)
