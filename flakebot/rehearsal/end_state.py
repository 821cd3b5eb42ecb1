"""What a story has come to, read from the stand-in's own records. Reads only; nothing of flakebot judges here."""

from __future__ import annotations

import json

from flakebot.commands.report import Fact
from flakebot.model import Sha
from flakebot.rehearsal.github.git.commits import CommitObject
from flakebot.rehearsal.github.state.pulls import PullRequest, ReviewVerdict
from flakebot.rehearsal.world import World, lock_path

OWN_STATUS = "flakebot/flake-check"
HELD = "flakebot: "
"""How the labels begin that leave a pull request to a person."""


def pull_request_facts(world: World, pull: PullRequest) -> dict[str, Fact]:
    """Return a pull request as it ended."""
    store, verifier = world.consumer.state.store, world.github.hub.verifier
    head = store.commit(pull.head_sha)
    return {
        "number": pull.number,
        "title": pull.title,
        "state": pull.state,
        "merged": pull.merge is not None,
        "author": pull.author.login,
        "branch": pull.head_branch,
        "head_sha": pull.head_sha,
        "checked_sha": _checked(world, pull),
        "files": tuple(change.path for change in store.changes(pull.fork_point, pull.head_sha)),
        "commits": len(store.history(pull.head_sha, f"^{pull.fork_point}")),
        "verified": verifier.is_verified(head),
        "signer": _signer(world, head),
        "approved_by": tuple(
            {"login": review.author.login, "sha": review.sha}
            for review in pull.reviews
            if review.verdict is ReviewVerdict.APPROVED
        ),
        "reviews": len(pull.reviews),
        "comments": len(pull.comments),
        "merged_by": None if pull.merge is None else pull.merge.by.login,
        "labels": tuple(label.name for label in pull.labels),
        "held": any(label.name.startswith(HELD) for label in pull.labels),
        "statuses": _statuses(world, pull.head_sha),
    }


def _statuses(world: World, sha: Sha) -> tuple[Fact, ...]:
    state = world.consumer.state
    statuses = [(status.context, status.state.value, status.creator.login) for status in state.latest_statuses(sha)]
    runs = [(run.name, run.conclusion, run.app.account.login) for run in state.latest_check_runs(sha)]
    return tuple({"name": name, "state": found, "by": by} for name, found, by in (*statuses, *runs))


def _checked(world: World, pull: PullRequest) -> Sha | None:
    """Return the commit of this pull request on which flakebot's own status was posted last."""
    state = world.consumer.state
    own = state.store.history(pull.head_sha, f"^{pull.fork_point}")
    posted = [status.sha for status in state.statuses if status.context == OWN_STATUS and status.sha in own]
    return posted[-1] if posted else None


def _signer(world: World, commit: CommitObject) -> str | None:
    """Return the account whose registered key made the signature."""
    if commit.signature is None:
        return None
    key_id = world.github.hub.world.keyring.check(commit.signature, commit.payload).key_id
    accounts = world.github.hub.world.accounts.values()
    keys = ((account, part) for account in accounts for key in account.keys for part in key.parts)
    return next((account.login for account, part in keys if part.key_id == key_id), None)


def changed_nodes(world: World, before: Sha, after: Sha) -> tuple[str, ...]:
    """Return the names of the nodes that differ between two commits of the base branch.

    One that is not in the lock at the top stands behind its folder, as ``hosts/web#nixpkgs``.
    """
    return tuple(
        name if directory == "." else f"{directory}#{name}"
        for directory in sorted(world.estate.directories)
        for name in _changed_nodes(world, lock_path(directory), before, after)
    )


def _changed_nodes(world: World, path: str, before: Sha, after: Sha) -> list[str]:
    old, new = (json.loads(world.consumer.read(path, at=sha))["nodes"] for sha in (before, after))
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
