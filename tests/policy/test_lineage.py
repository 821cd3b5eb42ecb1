"""Who decided about an input: folders of this repository and of others, texts that cannot be read, plain addresses."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from flakebot.lock.document import LockDocument, parse
from flakebot.lock.node import Attributes, Node
from flakebot.model.provenance import Content, Facts, Fetched, Source, Unknown
from flakebot.policy.provenance.authority import Lineage
from flakebot.policy.provenance.basis import Basis, _told_to_follow
from flakebot.policy.provenance.declared import names_place
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
            contents={asked: Fetched(nar_hash=nar_hash, flake=b"{ text = 1; }")},
        )
        for nar_hash in ("sha256-x", "sha256-y")
    )
    assert lineage(held).flake_of(("p", "child")) == "{ text = 1; }"
    assert lineage(other).flake_of(("p", "child")) == Unknown(reason="the content of its parent is not what is locked")


def test_a_folder_of_this_repository_is_nobody_elses_word() -> None:
    assert lineage().flake_of(("sub",)) == Unknown(reason="it stands in a folder of this repository")


def test_who_says_that_an_input_follows_another_is_unknown_while_a_text_on_the_way_is() -> None:
    found = _told_to_follow(("p", "child", "x"), ("p", "y"), lineage(), "")
    assert not isinstance(found, Basis)


def test_nobody_says_that_an_input_follows_another_when_no_text_does() -> None:
    source = Source.of(REPOSITORY)
    questions = (Content(source=source), Content(source=source, directory="child"))
    answer = Fetched(nar_hash="sha256-x", last_modified=None, flake=b"{ }", lock=None)
    facts = Facts(asked_at=datetime(2026, 1, 1, tzinfo=UTC), contents=dict.fromkeys(questions, answer))
    assert _told_to_follow(("p", "child", "x"), ("p", "y"), lineage(facts), "") is Basis.NOBODY


@pytest.mark.parametrize(
    ("original", "text", "expected"),
    [
        ({"type": "git", "url": "https://example.org/x"}, 'inputs.x.url = "git+https://example.org/x";', True),
        ({"type": "git", "url": "https://example.org/x"}, 'inputs.x.url = "git+https://example.org/y";', False),
        ({"type": "git", "url": "https://example.org/x", "ref": "dev"}, '"https://example.org/x"', False),
        ({"type": "path"}, "anything", False),
    ],
)
def test_a_place_is_named_by_all_that_the_input_asks_for(original: Attributes, text: str, *, expected: bool) -> None:
    node = Node(name="x", inputs={}, locked={}, original=original, is_flake=True, parent=None)
    assert names_place(text, node) is expected
