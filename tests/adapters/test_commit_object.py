"""Commits taken apart and put together, held against what git writes and reads."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from flakebot.adapters.git.commit_object import (
    commit_payload,
    committed_at,
    object_name,
    parse_commit,
    with_signature,
)
from flakebot.errors import MisuseError, RefusedError
from flakebot.model import Person, Sha
from tests.adapters.workshop import commit_files, git, new_checkout

TREE, PARENT, OTHER = Sha("a" * 40), Sha("b" * 40), Sha("c" * 40)
BOT = Person(name="Bot", email="bot@example.org")
WHEN = datetime(2026, 7, 18, 12, tzinfo=UTC)
ARMOUR = "-----BEGIN PGP SIGNATURE-----\n\niQ==\n=abcd\n-----END PGP SIGNATURE-----\n"


def payload(**changes: object) -> bytes:
    values: dict[str, object] = {
        "tree": TREE,
        "parents": (PARENT,),
        "author": BOT,
        "committer": BOT,
        "when": WHEN,
        "message": "Subject\n\nBody\n",
    }
    return commit_payload(**(values | changes))  # type: ignore[arg-type]  # a table of what may differ


def parsed(content: bytes) -> object:
    return parse_commit(object_name("commit", content), content)


def test_a_payload_is_what_git_itself_would_write(tmp_path: Path) -> None:
    folder = new_checkout(tmp_path / "checkout")
    sha = commit_files(folder, {"x": "x"}, "Subject\n\nBody")
    raw = subprocess.run(["git", "cat-file", "commit", sha], cwd=folder, check=True, capture_output=True).stdout
    them = Person(name="them", email="them")
    made = commit_payload(
        tree=Sha(git(folder, "rev-parse", "HEAD^{tree}")),
        parents=(),
        author=them,
        committer=them,
        when=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        message="Subject\n\nBody\n",
    )
    assert made == raw
    assert object_name("commit", made) == sha


def test_a_signed_commit_passes_git_fsck_and_comes_apart_again(tmp_path: Path) -> None:
    folder = new_checkout(tmp_path / "checkout")
    commit_files(folder, {"x": "x"})
    made = payload(tree=git(folder, "rev-parse", "HEAD^{tree}"), parents=(Sha(git(folder, "rev-parse", "HEAD")),))
    signed = with_signature(made, ARMOUR)
    sha = Sha(git(folder, "hash-object", "-t", "commit", "-w", "--stdin", stdin=signed))
    git(folder, "fsck", "--strict", sha)
    commit = parse_commit(sha, signed)
    assert commit.payload == made
    assert commit.signature == ARMOUR
    assert (commit.author, commit.committer, commit.message) == (BOT, BOT, "Subject\n\nBody\n")
    assert committed_at(commit) == WHEN


def test_a_time_is_written_in_utc() -> None:
    assert payload(when=WHEN.astimezone(timezone(timedelta(hours=5)))) == payload()


@pytest.mark.parametrize(
    "person",
    [
        Person(name="A\nparent " + "d" * 40, email="a@b"),
        Person(name="A <x@y>", email="a@b"),
        Person(name="A", email="a@b>\ntree"),
        Person(name="A", email=""),
        Person(name="", email="a@b"),
        Person(name=" A", email="a@b"),
        Person(name="A\0", email="a@b"),
    ],
    ids=repr,
)
def test_refuses_a_person_that_would_be_read_as_something_else(person: Person) -> None:
    with pytest.raises(MisuseError, match="cannot stand in a commit"):
        payload(author=person)


@pytest.mark.parametrize("parents", [(), (PARENT,), (PARENT, OTHER)], ids=["root", "one", "merge"])
def test_reads_every_parent(parents: tuple[Sha, ...]) -> None:
    content = payload(parents=parents)
    assert parse_commit(object_name("commit", content), content).parents == parents


def test_the_payload_keeps_headers_around_the_signature_byte_for_byte() -> None:
    plain = payload(message="hi\n").replace(
        b"\n\nhi", b"\nencoding ISO-8859-1\nmergetag object " + PARENT.encode() + b"\n type commit\n \n tagged\n\nhi"
    )
    signed = plain.replace(b"\nencoding", b"\ngpgsig " + ARMOUR.strip().replace("\n", "\n ").encode() + b"\nencoding")
    commit = parse_commit(object_name("commit", signed), signed)
    assert commit.payload == plain
    assert commit.signature == ARMOUR


def test_reads_a_declared_encoding() -> None:
    content = payload(message="x").replace(b"\n\nx", b"\nencoding ISO-8859-1\n\n\xe4\n")
    assert parse_commit(object_name("commit", content), content).message == "ä\n"


def test_a_commit_without_a_signature_has_none() -> None:
    content = payload()
    commit = parse_commit(object_name("commit", content), content)
    assert (commit.signature, commit.payload) == (None, content)


def test_a_signature_in_the_message_is_not_one() -> None:
    content = payload(message=f"hi\n\ngpgsig {ARMOUR}")
    assert parse_commit(object_name("commit", content), content).signature is None


GOOD = payload()
SIGNED = with_signature(GOOD, ARMOUR)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (GOOD + b"\0", "NUL"),
        (GOOD.replace(b"tree ", b"tree\0"), "NUL"),
        (GOOD.partition(b"\n\n")[0], "no message"),
        (b"tree " + OTHER.encode() + b"\n" + GOOD, "2 headers `tree`"),
        (GOOD.replace(b"author", b"artist"), "0 headers `author`"),
        (GOOD.replace(b"committer", b"author"), "2 headers `author`"),
        (GOOD.replace(b"a" * 40, b"a" * 39), "40 hexadecimal"),
        (GOOD.replace(b"b" * 40, b"B" * 40), "40 hexadecimal"),
        (GOOD.replace(b"<bot@example.org>", b"bot@example.org"), "author or committer"),
        (GOOD.replace(b"Bot <", b"Bot <a@b> <"), "author or committer"),
        (GOOD.replace(b" +0000", b""), "author or committer"),
        (GOOD.replace(b"\nauthor", b"\nlonely\nauthor"), "is not a header"),
        (SIGNED.replace(b"\n\nSub", b"\ngpgsig x\n\nSub"), "more than one signature"),
        (GOOD.replace(b"\n\nSub", b"\ngpgsig-sha256 x\n\nSub"), "more than one signature, or one of an unknown kind"),
        (b" " + GOOD, "is not a header"),
    ],
)
def test_refuses_what_git_would_not_write(content: bytes, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        parsed(content)


def test_refuses_content_under_another_name() -> None:
    with pytest.raises(RefusedError, match="does not have that name"):
        parse_commit(OTHER, GOOD)
