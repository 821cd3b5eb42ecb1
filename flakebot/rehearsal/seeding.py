"""Seed a world: accounts, upstream flakes, and a repository with a lock that was fresh long ago."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flakebot.model import RequiredCheck
from flakebot.rehearsal.github import Conclusion, Protection, Role, Settings, StandIn, TokenKind, Workflow
from flakebot.rehearsal.laboratory import LABORATORY
from flakebot.rehearsal.people import APPROVER, APPROVER_MAY, AUTHOR, AUTHOR_MAY, CONSUMER, JOB_MAY, OWNER, Secrets
from flakebot.rehearsal.private_nix import PrivateNix
from flakebot.rehearsal.signing_key import generate_key
from flakebot.rehearsal.world import Estate, World, lock_path

BUILD = "build"
"""The job of the consumer's own workflow that must pass beside flakebot's status."""

PROTECTION = Protection(
    required_checks=(RequiredCheck(name="flakebot/flake-check"), RequiredCheck(name=BUILD)),
    required_approvals=1,
    requires_code_owner_review=True,
    dismisses_stale_reviews=True,
    requires_signatures=True,
)


@contextmanager
def seeded_world(folder: Path, estate: Estate = LABORATORY) -> Iterator[World]:
    """Open a world below an empty folder; its servers end with the block, its files stay."""
    (folder / "github").mkdir()
    nix = PrivateNix.create(folder / "nix")
    with StandIn(root=folder / "github") as github:
        world = World(folder=folder, estate=estate, github=github, nix=nix, secrets=_invite(github))
        estate.found(world)
        _settle_consumer(world)
        yield world


def _invite(github: StandIn) -> Secrets:
    """Make the accounts and the consumer's repository, and issue everybody's secrets."""
    owner, author, approver = (
        github.add_account(login, name=login, email=f"{login}@{OWNER}.example") for login in (OWNER, AUTHOR, APPROVER)
    )
    key = generate_key(f"{AUTHOR} <{AUTHOR}@{OWNER}.example>")
    github.add_gpg_key(author, key.public)
    name = str(CONSUMER)
    github.add_repository(
        name,
        settings=Settings(protections=(PROTECTION,)),
        workflow=Workflow(jobs={BUILD: Conclusion.SUCCESS}),
        collaborators={author: Role.WRITE, approver: Role.WRITE},
    )
    return Secrets(
        author_token=github.issue_token(author, permissions=AUTHOR_MAY, repositories=(name,)),
        approver_token=github.issue_token(approver, permissions=APPROVER_MAY, repositories=(name,)),
        job_token=github.issue_job_token(name, JOB_MAY),
        owner_token=github.issue_token(owner, kind=TokenKind.CLASSIC),
        key=key,
    )


def _settle_consumer(world: World) -> None:
    files = world.estate.files(world)
    for directory in world.estate.directories:
        files |= {lock_path(directory): world.lock(files, directory)}
    world.consumer.commit(files, "Put the machines into service", author=world.account(OWNER))
