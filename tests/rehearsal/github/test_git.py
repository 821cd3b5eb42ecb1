"""Real git clones from it and pushes to it, and is refused in GitHub's words."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from msgspec import Struct

from flakebot.model import RequiredCheck
from flakebot.rehearsal.github import Level, Permission, Protection, RuleSource, Settings, StandIn, TokenKind
from tests.rehearsal.github.client import Client
from tests.rehearsal.github.keys import PersonalKey
from tests.rehearsal.github.place import NAME, REPOSITORY, Place

ADDRESS = f"https://github.com/{NAME}"


class Clone(Struct, frozen=True, kw_only=True):
    """A work tree with the token of whoever uses it."""

    github: StandIn
    folder: Path
    token: str | None = None

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run git as a person would, with nothing of this machine's configuration."""
        login = (
            ()
            if self.token is None
            else ("-c", f"url.https://x:{self.token}@github.com/.insteadOf=https://github.com/")
        )
        person = ("-c", "user.name=The Author", "-c", "user.email=author@example.org")
        environment = {
            **os.environ,
            **self.github.environment(),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
        }
        return subprocess.run(
            ("git", *login, *person, *arguments),
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def commit(self, path: str, content: str) -> None:
        """Commit a file."""
        (self.folder / path).write_text(content)
        assert self.git("add", "--", path).returncode == 0
        assert self.git("commit", "--quiet", "--message=Change").returncode == 0


def _clone(place: Place, folder: Path, token: str | None, *options: str) -> Clone:
    folder.mkdir()
    clone = Clone(github=place.github, folder=folder, token=token)
    cloned = clone.git("clone", "--quiet", *options, ADDRESS, ".")
    assert cloned.returncode == 0, cloned.stderr
    return clone


@pytest.fixture
def clone(place: Place, tmp_path: Path) -> Clone:
    return _clone(place, tmp_path / "clone", place.token(place.author))


def test_anybody_clones_what_is_public(place: Place, tmp_path: Path) -> None:
    clone = _clone(place, tmp_path / "clone", None, "--depth=1")
    assert (clone.folder / "flake.nix").read_text() == "{ }\n"


def test_any_sha_can_be_fetched(place: Place, clone: Clone) -> None:
    sha = place.propose()
    place.config.delete_branch("update")
    assert clone.git("fetch", "origin", sha).returncode == 0
    assert clone.git("rev-parse", "FETCH_HEAD").stdout.strip() == sha


def test_the_head_of_a_pull_request_can_be_fetched(place: Place, clone: Clone, proposed: str) -> None:
    assert clone.git("fetch", "origin", "refs/pull/1/head").returncode == 0
    assert clone.git("rev-parse", "FETCH_HEAD").stdout.strip() == place.config.head("update")
    assert proposed


def test_a_push_moves_the_pull_request(place: Place, clone: Clone, author: Client, proposed: str) -> None:
    clone.git("fetch", "--quiet", "origin", "update")
    clone.git("checkout", "--quiet", "update")
    clone.commit("more", "x")
    pushed = clone.git("push", "origin", "update")
    assert pushed.returncode == 0, pushed.stderr
    shown = author.get(proposed).json()
    assert shown["head"]["sha"] == clone.git("rev-parse", "HEAD").stdout.strip()
    assert (shown["mergeable"], shown["commits"], shown["changed_files"]) == (None, 2, 2)
    assert author.get(proposed).json()["mergeable"] is True
    runs = author.get(f"{REPOSITORY}/commits/update/check-runs").json()["check_runs"]
    assert [(run["name"], run["head_sha"]) for run in runs] == [("build", shown["head"]["sha"])]
    assert place.config.state.store.refs("refs/pull/1/head")["refs/pull/1/head"] == shown["head"]["sha"]


def test_deleting_the_branch_closes_the_pull_request(place: Place, clone: Clone, author: Client, proposed: str) -> None:
    assert clone.git("push", "origin", ":update").returncode == 0
    shown = author.get(proposed).json()
    assert (shown["state"], shown["merged"]) == ("closed", False)
    assert place.config.state.store.branch("update") is None


def test_a_large_push_and_fetch_go_through(place: Place, clone: Clone, tmp_path: Path) -> None:
    content = "".join(f"{number * 7919 % 1000003}\n" for number in range(400_000))
    clone.commit("large", content)
    pushed = clone.git("push", "origin", "HEAD:large")
    assert pushed.returncode == 0, pushed.stderr
    other = _clone(place, tmp_path / "other", None, "--branch=large")
    assert (other.folder / "large").read_text() == content


def test_nobody_pushes_without_a_token(place: Place, tmp_path: Path) -> None:
    clone = _clone(place, tmp_path / "clone", None)
    clone.commit("more", "x")
    pushed = clone.git("push", "origin", "HEAD:new")
    assert pushed.returncode == 128
    assert "could not read Username" in pushed.stderr


@pytest.mark.parametrize(
    ("kind", "permissions", "words"),
    [
        (TokenKind.CLASSIC, {}, f"remote: Permission to {NAME}.git denied to visitor."),
        (TokenKind.FINE_GRAINED, {Permission.CONTENTS: Level.READ}, "remote: Write access to repository not granted."),
        (TokenKind.INSTALLATION, {Permission.CONTENTS: Level.READ}, "remote: Write access to repository not granted."),
    ],
)
def test_a_push_needs_the_permission(
    place: Place, tmp_path: Path, kind: TokenKind, permissions: dict[Permission, Level], words: str
) -> None:
    token = place.github.issue_token(place.visitor, kind=kind, permissions=permissions, repositories=(NAME,))
    clone = _clone(place, tmp_path / "clone", token)
    clone.commit("more", "x")
    pushed = clone.git("push", "origin", "HEAD:new")
    assert pushed.returncode != 0
    assert words in pushed.stderr
    assert "403" in pushed.stderr
    assert place.config.state.store.branch("new") is None


def test_a_private_repository_is_hidden_from_git(place: Place, tmp_path: Path) -> None:
    place.config.state.settings = Settings(is_private=True)
    clone = Clone(github=place.github, folder=tmp_path, token=place.token(place.visitor))
    cloned = clone.git("clone", ADDRESS, "there")
    assert cloned.returncode == 128
    assert "Repository not found." in cloned.stderr


@pytest.mark.parametrize(
    ("source", "words", "status"),
    [
        (
            RuleSource.CLASSIC,
            "remote: error: GH006: Protected branch update failed for refs/heads/main.",
            "protected branch hook declined",
        ),
        (
            RuleSource.RULESET,
            "remote: error: GH013: Repository rule violations found for refs/heads/main.",
            "push declined due to repository rule violations",
        ),
    ],
)
def test_a_push_to_a_protected_branch_is_declined(
    place: Place, clone: Clone, source: RuleSource, words: str, status: str
) -> None:
    place.config.protect(Protection(source=source, required_checks=(RequiredCheck(name="build"),)))
    before = place.config.head()
    clone.commit("more", "x")
    pushed = clone.git("push", "origin", "HEAD:main")
    assert pushed.returncode == 1
    assert words in pushed.stderr
    assert "Changes must be made through a pull request." in pushed.stderr
    assert f"! [remote rejected] HEAD -> main ({status})" in pushed.stderr
    assert place.config.head() == before


@pytest.mark.parametrize(
    ("refspec", "words"), [("+HEAD:main", "Cannot force-push to this branch"), (":main", "Cannot delete this branch")]
)
def test_history_is_protected(place: Place, clone: Clone, refspec: str, words: str) -> None:
    place.config.protect(Protection(requires_pull_request=False))
    clone.git("commit", "--quiet", "--amend", "--message=Other")
    pushed = clone.git("push", "origin", refspec)
    assert (pushed.returncode, words in pushed.stderr) == (1, True), pushed.stderr


def test_unsigned_commits_are_declined_and_signed_ones_taken(
    place: Place, clone: Clone, personal_key: PersonalKey
) -> None:
    place.config.protect(Protection(requires_pull_request=False, requires_signatures=True))
    clone.commit("more", "x")
    unsigned = clone.git("rev-parse", "HEAD").stdout.strip()
    pushed = clone.git("push", "origin", "HEAD:main")
    assert "Commits must have verified signatures." in pushed.stderr
    assert unsigned in pushed.stderr
    place.github.add_gpg_key(place.author, personal_key.public)
    program = clone.folder.parent / "gpg"
    program.write_text(f'#!/bin/sh\nexec gpg --homedir "{personal_key.home}" "$@"\n')
    program.chmod(0o755)
    signing = ("-c", f"gpg.program={program}", "-c", f"user.signingkey={personal_key.fingerprint}")
    amended = clone.git(*signing, "commit", "--quiet", "--amend", "--gpg-sign", "--message=Signed")
    assert amended.returncode == 0, amended.stderr
    pushed = clone.git("push", "origin", "HEAD:main")
    assert pushed.returncode == 0, pushed.stderr


def test_nobody_pushes_to_the_refs_of_pull_requests(clone: Clone) -> None:
    pushed = clone.git("push", "origin", "HEAD:refs/pull/1/head")
    assert "deny updating a hidden ref" in pushed.stderr


def test_git_is_told_apart_from_the_api(place: Place, clone: Clone) -> None:
    clone.git("fetch")
    asked = place.github.requests.all()
    assert asked
    assert all(request.is_from_git and not request.is_api_call for request in asked)
