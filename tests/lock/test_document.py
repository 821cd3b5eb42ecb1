from __future__ import annotations

from typing import NamedTuple

import pytest

from flakebot.lock import document as room
from flakebot.lock import strict_json
from flakebot.lock.canonical import canonical
from flakebot.lock.document import LockError, NotALockError, parse
from flakebot.lock.error import Defect
from tests.lock.samples import GONE, Edits, edited, forge, lock, sample, written


class Row(NamedTuple):
    """A lock that is refused: the sentence that says why, the sample's edits, the defect, words of the message."""

    sentence: str
    edits: Edits
    defect: Defect
    says: str


def _chain(length: int) -> dict[str, object]:
    """Inputs of inputs, each the only one of the one above."""
    nodes = {f"nodes/c{at}": forge("c", at, {"next": f"c{at + 1}"}) for at in range(length)}
    return {**nodes, f"nodes/c{length}": forge("c", length), "nodes/root/inputs/chain": "c0"}


REFUSED = (
    Row("a version that Nix does not know", {"version": 8}, Defect.VERSION, 'version "8", expected 7'),
    Row("a version from before 2020", {"version": 5}, Defect.VERSION, 'version "5", expected 7'),
    Row("a version that is true", {"version": True}, Defect.VERSION, 'version "True"'),
    Row("a version that is text", {"version": "7"}, Defect.VERSION, "version"),
    Row("a field beside the three", {"extra": 1}, Defect.FIELD, 'unknown field "extra"'),
    Row("a root that is no name", {"root": 1}, Defect.FIELD, "expected a string"),
    Row("an empty root", {"root": ""}, Defect.FIELD, "expected a string"),
    Row("nodes that are a list", {"nodes": []}, Defect.FIELD, "expected an object"),
    Row("a node that is a list", {"nodes/lib": []}, Defect.FIELD, '"lib" holds "[]", expected an object'),
    Row("a field in a node that Nix does not write", {"nodes/lib/info": {}}, Defect.FIELD, 'unknown field "info"'),
    Row("a locked root", {"nodes/root/locked": {}}, Defect.FIELD, 'node "root" has the unknown field "locked"'),
    Row("a node without locked", {"nodes/lib/locked": GONE}, Defect.FIELD, 'node "lib" has no locked'),
    Row("a node without original", {"nodes/lib/original": GONE}, Defect.FIELD, 'node "lib" has no original'),
    Row("an attribute that is a list", {"nodes/lib/locked/rev": []}, Defect.FIELD, "expected a string, an integer"),
    Row("an attribute that is null", {"nodes/lib/locked/rev": None}, Defect.FIELD, 'true or false as "rev"'),
    Row("an attribute that is a fraction", {"nodes/lib/locked/lastModified": 1.5}, Defect.FIELD, "not an integer"),
    Row("an attribute below zero", {"nodes/lib/locked/lastModified": -1}, Defect.FIELD, 'the number "-1"'),
    Row("an attribute beyond 64 bits", {"nodes/lib/locked/lastModified": 10**30}, Defect.FIELD, "not one that a lock"),
    Row("a number of 5,000 digits", {"nodes/lib/locked/lastModified": 10**4200}, Defect.FIELD, "not one that a lock"),
    Row("a flake flag that is text", {"nodes/lib/flake": "no"}, Defect.FIELD, "expected true or false"),
    Row("inputs that are a list", {"nodes/lib/inputs": []}, Defect.FIELD, "expected an object"),
    Row("an input that is a number", {"nodes/lib/inputs/core": 1}, Defect.FIELD, "a node's name or a path to follow"),
    Row("an input that is empty", {"nodes/lib/inputs/core": ""}, Defect.FIELD, "expected a string"),
    Row("a path with a number in it", {"nodes/lib/inputs/core": [1]}, Defect.FIELD, "expected a name"),
    Row("a parent that is no path", {"nodes/sub/parent": "root"}, Defect.FIELD, "path to follow"),
    Row(
        "an input's name that looks like another",
        {"nodes/root/inputs": {"cafe\u0301": "lib"}},
        Defect.FIELD,
        "no slash",
    ),
    Row("an input's name with a slash", {"nodes/root/inputs": {"a/b": "lib"}}, Defect.FIELD, "no slash"),
    Row("an input's name with a new line", {"nodes/root/inputs": {"a\nb": "lib"}}, Defect.FIELD, r"a\u{a}b"),
    Row("an input without a name", {"nodes/root/inputs/": "lib"}, Defect.FIELD, "expected a name"),
    Row("a root that is another node", {"root": "lib"}, Defect.FIELD, 'node "lib" has the unknown field "locked"'),
    Row("a node that is missing", {"nodes/root/inputs/x": "gone"}, Defect.REFERENCE, 'to "gone", which is missing'),
    Row("the root as an input", {"nodes/lib/inputs/up": "root"}, Defect.REFERENCE, "refers to the root"),
    Row("a node that is its own input", {"nodes/lib/inputs/me": "lib"}, Defect.REFERENCE, "input of its own inputs"),
    Row("nodes in a circle", {"nodes/core/inputs": {"up": "lib"}}, Defect.REFERENCE, '"core" is an input of its own'),
    Row("a node that nothing refers to", {"nodes/idle": forge("idle", 1)}, Defect.UNREACHABLE, 'node "idle"'),
    Row("a follows to nothing", {"nodes/root/inputs/x": ["gone"]}, Defect.FOLLOWS, "follows a path to nothing"),
    Row(
        "a follows to half of nothing",
        {"nodes/root/inputs/x": ["tool", "no"]},
        Defect.FOLLOWS,
        'input "no" of node "tool"',
    ),
    Row("a follows of itself", {"nodes/root/inputs/x": ["x"]}, Defect.FOLLOWS, "back to itself"),
    Row(
        "a circle of follows",
        {"nodes/root/inputs/x": ["y", "lib"], "nodes/root/inputs/y": ["z"], "nodes/root/inputs/z": ["x"]},
        Defect.FOLLOWS,
        "back to itself",
    ),
    Row("inputs nested beyond reason", _chain(64), Defect.SIZE, "nested 65 deep, expected 64 at most"),
    Row("a path beyond reason", {"nodes/root/inputs/x": ["tool"] * 65}, Defect.SIZE, "a path of 65 names"),
)


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row.sentence)
def test_refuses(row: Row) -> None:
    with pytest.raises(LockError) as caught:
        parse(lock(row.edits))
    assert caught.value.defect is row.defect
    assert row.says in str(caught.value)
    assert not isinstance(caught.value, NotALockError)


def test_refuses_a_root_that_is_not_among_the_nodes() -> None:
    with pytest.raises(LockError, match='the root node "root" is missing'):
        parse(b'{"nodes": {}, "root": "root", "version": 7}')


NOT_LOCKS = {
    "nothing": b"",
    "text": b"hello",
    "half a lock": lock()[:300],
    "a lock and more": lock() + b"{}",
    "not UTF-8": lock().replace(b"acme", b"\xff\xfe", 1),
    "a list": b"[]",
    "a number": b"7",
    "another object": b'{"nodes": {}, "version": 7}',
    "another object with a key twice": b'{"a": 1, "a": 2}',
    "not a number": lock().replace(b'"version": 7', b'"version": NaN'),
    "infinity": lock().replace(b'"version": 7', b'"version": -Infinity'),
}


@pytest.mark.parametrize("data", NOT_LOCKS.values(), ids=NOT_LOCKS.keys())
def test_tells_what_is_no_lock_at_all(data: bytes) -> None:
    with pytest.raises(NotALockError) as caught:
        parse(data)
    assert caught.value.defect is Defect.JSON


def test_refuses_a_key_that_stands_twice_at_any_depth() -> None:
    for place in (b'"version": 7', b'"rev": "', b'"locked": {', b'"repo": "lib"'):
        key = place.split(b":")[0]
        data = lock().replace(place, key + b': "evil", ' + place, 1)
        with pytest.raises(LockError, match="stands twice in one object") as caught:
            parse(data)
        assert caught.value.defect is Defect.DUPLICATE_KEY


def test_refuses_surrogates_but_reads_other_escapes() -> None:
    for escaped in (b"\\ud800", b"\\uD83D\\uDE00", b"a\\\\\\udc00"):
        with pytest.raises(LockError, match="written as surrogates") as caught:
            parse(lock().replace(b'"acme"', b'"' + escaped + b'"', 1))
        assert caught.value.defect is Defect.FIELD
    for escaped in (b"\\u0061cme", b"\\\\ud800"):
        assert parse(lock().replace(b'"acme"', b'"' + escaped + b'"', 1)).nodes


def test_refuses_nesting_that_would_exhaust_the_parser() -> None:
    deep = b"[" * 200_000 + b"]" * 200_000
    with pytest.raises(LockError) as caught:
        parse(b'{"nodes": ' + deep + b', "root": "root", "version": 7}')
    assert caught.value.defect is Defect.SIZE


def test_refuses_more_bytes_than_a_lock_can_have() -> None:
    with pytest.raises(LockError, match="bytes, expected") as caught:
        parse(b" " * (strict_json.LARGEST + 1))
    assert caught.value.defect is Defect.SIZE


def test_refuses_more_nodes_than_a_lock_can_have() -> None:
    nodes = b",".join(b'"n%d": 0' % at for at in range(room.MOST_NODES + 1))
    with pytest.raises(LockError, match="nodes, expected") as caught:
        parse(b'{"nodes": {' + nodes + b'}, "root": "root", "version": 7}')
    assert caught.value.defect is Defect.SIZE


def test_reads_a_byte_order_mark_as_nix_does() -> None:
    document = parse(b"\xef\xbb\xbf" + lock())
    assert canonical(document) == lock()


def test_reads_everything_that_a_lock_says() -> None:
    document = parse(lock())
    assert (document.version, document.root) == (7, "root")
    tool, plain, sub = (document.nodes[name] for name in ("tool", "plain", "sub"))
    assert tool.inputs == {"nixpkgs": ("nixpkgs",), "lib": "lib", "parts": "parts", "own": ("tool", "lib")}
    assert (tool.locked["repo"], tool.original["owner"], tool.is_flake, tool.parent) == ("tool", "acme", True, None)
    assert not plain.is_flake
    assert (sub.parent, sub.is_relative) == ((), True)
    assert not document.nodes["folder"].is_relative


def test_resolves_what_follows_and_what_follows_that() -> None:
    more = {"nodes/root/inputs/far": ["alias"], "nodes/root/inputs/up": ["tool", "own", "off", "tool", "own"]}
    document = parse(lock(more))
    assert document.target("root", "alias").name == "parts"
    assert document.target("root", "far").name == "parts"
    assert document.target("root", "up").name == "lib"
    assert document.target("lib", "off").name == "root"
    assert document.target("tool", "lib").name == "lib"


def test_resolves_a_long_chain_of_follows_without_recursion() -> None:
    chain = {f"nodes/root/inputs/f{at}": [f"f{at + 1}"] for at in range(5000)}
    document = parse(lock({**chain, "nodes/root/inputs/f5000": ["tool"]}))
    assert document.target("root", "f0").name == "tool"


def test_shows_foreign_text_on_one_line_and_cut() -> None:
    with pytest.raises(LockError) as caught:
        parse(lock({'nodes/lib/\x1b[31m"' + "x" * 500: 1}))
    said = str(caught.value)
    assert "\x1b" not in said
    assert r"\u{1b}[31m\"xxx" in said
    assert len(said) < 200


def test_reads_version_6() -> None:
    assert parse(lock({"version": 6})).version == 6


def test_the_sample_is_written_as_nix_writes() -> None:
    assert written(edited(sample(), {})) == canonical(parse(lock()))
