"""Whether a push may move a ref, and what git prints when it may not. Judges inside git's quarantine.

https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from flakebot.model import Sha
from flakebot.rehearsal.github.git.commits import parse_commit
from flakebot.rehearsal.github.git.process import completed, output
from flakebot.rehearsal.github.git.store import ZERO
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.judgment.checks import CheckState, required_state
from flakebot.rehearsal.github.judgment.merging import UNSIGNED, rules_for
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import Protection, RuleSource

DELETION = "Cannot delete this branch"
FORCE = "Cannot force-push to this branch"
NO_PULL_REQUEST = "Changes must be made through a pull request."


class RefUpdate(Struct, frozen=True, kw_only=True):
    """One command of a push. A sha of zeros stands for a ref that does not exist."""

    old: Sha
    new: Sha
    ref: str

    @property
    def branch(self) -> str | None:
        """The branch's short name, if the ref is one."""
        return self.ref.removeprefix("refs/heads/") if self.ref.startswith("refs/heads/") else None


class Push(Struct, frozen=True, kw_only=True):
    """A push that git has received and not yet accepted; ``quarantine`` is git's environment for its objects."""

    repository: Repository
    pusher: Account
    updates: tuple[RefUpdate, ...]
    quarantine: dict[str, str]


def push_refusal(hub: Hub, push: Push) -> str | None:
    """Return what git shows the pusher when the push is refused, or None when it may go through."""
    for update in push.updates:
        for rules, found in violations(hub, push, update):
            return _message(push.repository, update, rules, found)
    return None


def violations(hub: Hub, push: Push, update: RefUpdate) -> Iterator[tuple[Protection, tuple[str, ...]]]:
    """Return what each set of rules has against moving a ref, where it has anything."""
    if update.branch is None:
        return
    for rules in rules_for(push.repository, update.branch, push.pusher):
        found = tuple(_violations(hub, push, update, rules))
        if found:
            yield rules, found


def _violations(hub: Hub, push: Push, update: RefUpdate, rules: Protection) -> Iterator[str]:
    if update.new == ZERO:
        yield DELETION
        return
    if update.old != ZERO and not _is_fast_forward(push, update):
        yield FORCE
    if update.old != ZERO and rules.requires_pull_request:
        yield NO_PULL_REQUEST
    yield from _unverified(hub, push, update, rules)
    for check in rules.required_checks:
        state = required_state(push.repository, update.new, check)
        if state is not CheckState.PASSED and update.old != ZERO:
            yield f'Required status check "{check.name}" {state}.'


def _is_fast_forward(push: Push, update: RefUpdate) -> bool:
    arguments = ("merge-base", "--is-ancestor", update.old, update.new)
    return completed(push.repository.store.folder, *arguments, environment=push.quarantine).returncode == 0


def _unverified(hub: Hub, push: Push, update: RefUpdate, rules: Protection) -> Iterator[str]:
    if not rules.requires_signatures:
        return
    folder, quarantine = push.repository.store.folder, push.quarantine
    listed = output(folder, "rev-list", update.new, "--not", "--all", environment=quarantine).decode().split()
    objects = ((Sha(sha), output(folder, "cat-file", "commit", sha, environment=quarantine)) for sha in listed)
    bad = [sha for sha, raw in objects if not hub.verifier.is_verified(parse_commit(sha, raw))]
    if bad:
        noun = "violation" if len(bad) == 1 else "violations"
        yield "\n".join((UNSIGNED, f"  Found {len(bad)} {noun}:", "", *(f"  {sha}" for sha in bad)))


def _message(repository: Repository, update: RefUpdate, rules: Protection, violations: tuple[str, ...]) -> str:
    match rules.source:
        case RuleSource.CLASSIC:
            head = f"error: GH006: Protected branch update failed for {update.ref}."
            return "\n".join((head, *violations))
        case RuleSource.RULESET:
            page = f"https://github.com/{repository.full_name}/rules?ref={update.ref.replace('/', '%2F')}"
            head = f"error: GH013: Repository rule violations found for {update.ref}."
            listed = (line for violation in violations for line in (f"- {violation}", ""))
            return "\n".join((head, f"Review all repository rules at {page}", "", *listed))
