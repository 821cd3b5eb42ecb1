"""Who decided about an input: folders of this repository and of others, texts that cannot be read, plain addresses."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from flakebot.lock.document import LockDocument, parse
from flakebot.lock.node import Attributes, Node
from flakebot.model.provenance import Content, Facts, Fetched, Source, Unknown
from flakebot.policy.provenance.authority import Lineage
from flakebot.policy.provenance.declared import is_asked_for, is_told_to_follow
from flakebot.policy.provenance.flake_file import FlakeFile, read_flake
from flakebot.policy.provenance.inquiry import Inquiry

REPOSITORY = {"type": "github", "owner": "o", "repo": "r", "rev": "1" * 40}


def relative(path: str, parent: list[str]) -> dict[str, object]:
    held = {"type": "path", "path": path}
    return {"locked": held, "original": held, "parent": parent}


def document() -> LockDocument:
    """Return a lock with a folder of this repository, and an input with folders of its own, one in the other."""
    asked = {name: value for name, value in REPOSITORY.items() if name != "rev"}
    nodes: dict[str, object] = {
        "root": {"inputs": {"sub": "sub", "p": "p"}},
        "sub": relative("./sub", []),
        "p": {"locked": REPOSITORY | {"narHash": "sha256-x"}, "original": asked, "inputs": {"child": "child"}},
        "child": relative("./child", ["p"]) | {"inputs": {"up": "up"}},
        "up": relative("..", ["p", "child"]),
    }
    return parse(json.dumps({"nodes": nodes, "root": "root", "version": 7}).encode())


def lineage(facts: Facts | None = None) -> Lineage:
    return Lineage(document(), Inquiry(facts or Facts(asked_at=datetime(2026, 1, 1, tzinfo=UTC))))


@pytest.mark.parametrize(
    ("path", "directory"),
    [(("p",), ""), (("p", "child"), "child"), (("p", "child", "up"), "")],
)
def test_a_folder_of_an_input_is_asked_for_with_it(path: tuple[str, ...], directory: str) -> None:
    content = lineage().content(path)
    assert content is not None
    assert (content.source.text("repo"), content.directory) == ("r", directory)


@pytest.mark.parametrize("path", [(), ("sub",), ("nothing",)])
def test_a_folder_of_this_repository_and_what_is_not_there_are_not_asked_for(path: tuple[str, ...]) -> None:
    assert lineage().content(path) is None


def test_a_folder_of_an_input_is_read_from_the_tree_that_is_locked_and_from_no_other() -> None:
    asked = Content(source=Source.of(REPOSITORY), directory="child")
    held, other = (
        Facts(
            asked_at=datetime(2026, 1, 1, tzinfo=UTC),
            contents={asked: Fetched(nar_hash=nar_hash, flake=b'{ inputs.x.follows = "y"; }')},
        )
        for nar_hash in ("sha256-x", "sha256-y")
    )
    found = lineage(held).flake_of(("p", "child"))
    assert isinstance(found, FlakeFile)
    assert found.declares("x")
    twice = lineage(held)
    assert twice.flake_of(("p", "child")) is twice.flake_of(("p", "child"))
    assert lineage(other).flake_of(("p", "child")) == Unknown(reason="the content of its parent is not what is locked")


def test_a_folder_of_this_repository_is_nobody_elses_word() -> None:
    assert lineage().flake_of(("sub",)) == Unknown(reason="it stands in a folder of this repository")


def test_who_says_that_an_input_follows_another_is_unknown_while_a_flake_on_the_way_is() -> None:
    found = is_told_to_follow(("p", "child", "x"), ("p", "y"), lineage(), FlakeFile())
    assert isinstance(found, Unknown)


def test_nobody_says_that_an_input_follows_another_when_no_flake_does() -> None:
    source = Source.of(REPOSITORY)
    questions = (Content(source=source), Content(source=source, directory="child"))
    answer = Fetched(nar_hash="sha256-x", last_modified=None, flake=b"{ }", lock=None)
    facts = Facts(asked_at=datetime(2026, 1, 1, tzinfo=UTC), contents=dict.fromkeys(questions, answer))
    assert is_told_to_follow(("p", "child", "x"), ("p", "y"), lineage(facts), FlakeFile()) is False


def _asked(
    flake: bytes, original: Attributes, *, own: bytes = b"{ }", from_above: bool = False, is_flake: bool = True
) -> bool | Unknown:
    """Ask whether p's flake.nix, or this repository's own, asks for its input x as the lock says it does."""
    answer = Fetched(nar_hash="sha256-x", flake=flake, lock=None)
    facts = Facts(asked_at=datetime(2026, 1, 1, tzinfo=UTC), contents={Content(source=Source.of(REPOSITORY)): answer})
    locked = {**original, "rev": "1" * 40, "narHash": "sha256-x"}
    node = Node(name="x", inputs={}, locked=locked, original=original, is_flake=is_flake, parent=None)
    return is_asked_for(("p", "x"), node, lineage(facts), read_flake(own), from_above=from_above)


X: Attributes = {"type": "github", "owner": "o", "repo": "x"}


@pytest.mark.parametrize(
    "text",
    [
        'inputs.y.url = "github:o/x";',
        'inputs.x.url = "gitlab:o/x";',
        'inputs.x.url = "github:o/x?dir=sub";',
        'inputs.x = { url = "github:o/x"; flake = false; };',
        'inputs.x.follows = "y";',
        'inputs.y.inputs.x.url = "github:o/x";',
        'outputs = { self }: { o = [ "o" "x" ]; x = ./o/x; };',
    ],
    ids=["another name", "another host", "a folder", "no flake", "a follows", "further down", "words about"],
)
def test_a_place_is_asked_for_only_where_that_very_input_is_declared_so(text: str) -> None:
    assert _asked(f"{{ {text} }}".encode(), X) is False
    assert _asked(b'{ inputs.x.url = "github:o/x"; }', X) is True


def test_what_a_parent_says_itself_does_not_count_where_its_lock_says_otherwise() -> None:
    assert _asked(b'{ inputs.x.url = "github:o/x"; }', X, from_above=True) is False
    assert _asked(b"{ }", X, own=b'{ inputs.p.inputs.x.url = "github:o/x"; }', from_above=True) is True


def test_an_override_counts_by_where_it_leads_as_old_versions_of_nix_keep_what_was_asked_for() -> None:
    original: Attributes = {"type": "github", "owner": "o", "repo": "before"}
    answer = Fetched(nar_hash="sha256-x", flake=b"{ }", lock=None)
    facts = Facts(asked_at=datetime(2026, 1, 1, tzinfo=UTC), contents={Content(source=Source.of(REPOSITORY)): answer})
    node = Node(name="x", inputs={}, locked={**X, "rev": "1" * 40}, original=original, is_flake=True, parent=None)
    own = read_flake(b'{ inputs.p.inputs.x.url = "github:o/x/branch"; }')
    assert is_asked_for(("p", "x"), node, lineage(facts), own, from_above=True) is True


def test_words_that_are_not_compared_prove_nothing() -> None:
    asked: Attributes = {"type": "git", "url": "https://example.org/x"}
    assert isinstance(_asked(b'{ inputs.x.url = "git+https://example.org/y"; }', asked), Unknown)
    assert isinstance(_asked(b'{ inputs.x.url = "hg+https://example.org/x"; }', X), Unknown)
    assert isinstance(_asked(b"{ inputs = import ./x; }", X), Unknown)
