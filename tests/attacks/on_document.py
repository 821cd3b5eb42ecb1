"""Attacks on the lock as a document: bytes that two readers would take for two locks, or for none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from flakebot.policy.verdict import Severity
from tests.attacks.attack import Attack, in_lock
from tests.attacks.proof import Nix
from tests.attacks.updates import Forged, Update, fields
from tests.lock.samples import GONE, Edits, edited, written


def _by_bytes(*forgeries: Callable[[bytes], bytes]) -> Callable[[Update], Iterator[Forged]]:
    def forge(update: Update) -> Iterator[Forged]:
        for number, change in enumerate(forgeries, start=1):
            yield update.rewritten(f"variant {number}", change(update.new))

    return forge


def _by_edits(*edits: Edits) -> Callable[[Update], Iterator[Forged]]:
    def forge(update: Update) -> Iterator[Forged]:
        for each in edits:
            yield update.forged(", ".join(each), each)

    return forge


def _in_every_node(**values: object) -> Callable[[Update], Iterator[Forged]]:
    """Give every node but the root these fields, one at a time; dots in a name lead inside."""

    def forge(update: Update) -> Iterator[Forged]:
        for name, _ in update.nodes():
            for field, value in values.items():
                yield update.forged(f"{name}: {field}", {f"nodes/{name}/{field.replace('__', '/')}": value})

    return forge


def _doubled(update: Update) -> Iterator[Forged]:
    """Write an attribute of each node twice: flakebot's parser might keep one value, Nix the other."""
    for name, locked in update.nodes():
        for attribute, value in locked.items():
            line = f'"{attribute}": {json.dumps(value)}'
            mark = f'    "{name}": {{'
            head, _, tail = update.new.decode().partition(mark)
            twice = head + mark + tail.replace(line, f"{line},\n        {line}", 1)
            yield update.rewritten(f"{name}: {attribute}", twice.encode())


def _doubled_in_disguise(update: Update) -> Iterator[Forged]:
    for name, _ in update.nodes("github"):
        text = update.new.decode().replace(f'"{name}": {{', f'"{name}": {{ "\\u006cocked": {{}},', 1)
        yield update.rewritten(name, text.encode())


def _dangling(update: Update) -> Iterator[Forged]:
    for name, _ in update.nodes():
        yield update.forged(name, {f"nodes/{name}/inputs": {"x": "nothing-of-that-name"}})


def _circles(update: Update) -> Iterator[Forged]:
    yield update.forged("home in its own base", {"nodes/base/inputs/up": "home"})
    for name, _ in update.nodes():
        yield update.forged(f"{name} in itself", {f"nodes/{name}/inputs/self": name})


def _to_the_root(update: Update) -> Iterator[Forged]:
    for name, _ in update.nodes():
        yield update.forged(name, {f"nodes/{name}/inputs": {"x": "root"}})


def _hidden(update: Update) -> Iterator[Forged]:
    """Leave a node in the lock that nothing refers to: a later, smaller edit could reach it."""
    for name, _ in update.nodes():
        node = fields(update.document(), "nodes", name)
        yield update.forged(name, {"nodes/hidden": {key: node[key] for key in node if key != "inputs"}})


def _misnamed(update: Update) -> Iterator[Forged]:
    for name in ("a/b", "", "a\nb", "a\u202eb", "a\u0000", "caf\u0065\u0301"):
        yield update.rewritten(
            repr(name), update.new.replace(b'"art": "art"', f'{json.dumps(name)}: "art"'.encode(), 1)
        )


def _deep(update: Update) -> Iterator[Forged]:
    leaf = fields(update.document(), "nodes", "leaf")
    chain = {f"nodes/d{depth}": leaf | {"inputs": {"next": f"d{depth + 1}"}} for depth in range(100)}
    yield update.forged("inputs", {"nodes/leaf/inputs": {"next": "d0"}, **chain, "nodes/d100": leaf})
    yield update.forged("follows", {"nodes/root/inputs/deep": ["home", *["base"] * 1000]})


def _version_six(update: Update) -> Iterator[Forged]:
    yield update.forged("6", {"version": 6})
    old = written(edited(update.document(update.before), {"version": 6}))
    yield Forged(where="6 before", old=old, new=update.new)


def _first(update: Update) -> Iterator[Forged]:
    yield Forged(where="no lock before", old=None, new=update.new)


def _none(update: Update) -> Iterator[Forged]:
    yield update.rewritten("no lock after", None)


def _indented(data: bytes) -> bytes:
    return (json.dumps(json.loads(data), indent=4, sort_keys=True) + "\n").encode()


def _unsorted(data: bytes) -> bytes:
    document = json.loads(data)
    return (json.dumps({key: document[key] for key in ("version", "root", "nodes")}, indent=2) + "\n").encode()


ATTACKS: tuple[Attack, ...] = (
    in_lock(
        "a locked attribute stands twice, and which one counts is the parser's choice", "lock-duplicate-key", _doubled
    ),
    in_lock(
        "a node's locked stands twice, once with an escaped letter",
        "lock-duplicate-key",
        _doubled_in_disguise,
        proof=Nix.RUNS,
    ),
    in_lock(
        "the whole of nodes stands twice",
        "lock-duplicate-key",
        _by_bytes(lambda data: data.replace(b'{\n  "nodes"', b'{\n  "nodes": {},\n  "nodes"', 1)),
    ),
    in_lock(
        "the version stands twice",
        "lock-duplicate-key",
        _by_bytes(lambda data: data.replace(b'"version": 7', b'"version": 7,\n  "version": 7')),
    ),
    in_lock(
        "the lock is cut off",
        "lock-json",
        _by_bytes(lambda data: data[:-3], lambda data: data[: len(data) // 2]),
        proof=Nix.FAILS,
    ),
    in_lock(
        "the lock is empty", "lock-json", _by_bytes(lambda _: b"", lambda _: b"\n", lambda _: b"\0"), proof=Nix.FAILS
    ),
    in_lock(
        "a second document follows the first", "lock-json", _by_bytes(lambda data: data + b"{}\n"), proof=Nix.FAILS
    ),
    in_lock(
        "the markers of a conflict were left in",
        "lock-json",
        _by_bytes(lambda data: b"<<<<<<< ours\n" + data + b"=======\n" + data + b">>>>>>> theirs\n"),
        proof=Nix.FAILS,
    ),
    in_lock(
        "a comment hides text from one parser only",
        "lock-json",
        _by_bytes(lambda data: b"// lock\n" + data, lambda data: data.replace(b"7\n", b"7 /* */\n")),
        proof=Nix.FAILS,
    ),
    in_lock(
        "the lock is text of another encoding",
        "lock-json",
        _by_bytes(lambda data: data.decode().encode("utf-16")),
        proof=Nix.FAILS,
    ),
    in_lock(
        "bytes that are no UTF-8 stand in a string",
        "lock-json",
        _by_bytes(lambda data: data.replace(b'"nixlab"', b'"nixlab\xff"', 1)),
        proof=Nix.FAILS,
    ),
    in_lock(
        "the lock is JSON, but no lock",
        "lock-json",
        _by_bytes(
            lambda _: b"[]\n", lambda _: b"null\n", lambda _: b"{}\n", lambda data: json.dumps([str(data)]).encode()
        ),
        proof=Nix.FAILS,
    ),
    in_lock(
        "a number is none",
        "lock-json",
        _by_bytes(lambda data: data.replace(b'"version": 7', b'"version": NaN')),
        proof=Nix.FAILS,
    ),
    in_lock("the final newline is missing", "lock-canonical", _by_bytes(lambda data: data[:-1])),
    in_lock(
        "text follows the final newline",
        "lock-canonical",
        _by_bytes(lambda data: data + b"\n", lambda data: data + b" \t"),
    ),
    in_lock(
        "the lock is indented otherwise",
        "lock-canonical",
        _by_bytes(_indented, lambda data: json.dumps(json.loads(data)).encode()),
    ),
    in_lock("the keys stand in another order", "lock-canonical", _by_bytes(_unsorted)),
    in_lock(
        "letters are escaped, so that a search for the owner finds nothing",
        "lock-canonical",
        _by_bytes(
            lambda data: data.replace(b'"nixlab"', b'"\\u006eixlab"', 1),
            lambda data: data.replace(b"https://", b"https:\\/\\/", 1),
        ),
    ),
    in_lock("a byte order mark stands in front", "lock-canonical", _by_bytes(lambda data: b"\xef\xbb\xbf" + data)),
    in_lock("lines end as on another system", "lock-canonical", _by_bytes(lambda data: data.replace(b"\n", b"\r\n"))),
    in_lock(
        "an empty inputs stands where Nix writes none",
        "lock-canonical",
        _by_edits({"nodes/art/inputs": {}}, {"nodes/lib/flake": True}),
    ),
    in_lock(
        "the version is another one",
        "lock-version",
        _by_edits(*({"version": version} for version in (0, 4, 5, 8, 70, "7", True, None, [7]))),
        proof=Nix.FAILS,
    ),
    in_lock(
        "the version changes to an older one that is known",
        "lock-version-changed",
        _version_six,
        severity=Severity.HOLD,
    ),
    in_lock(
        "the lock has a field that Nix ignores today", "lock-field", _by_edits({"overrides": {}}, {"root2": "root"})
    ),
    in_lock(
        "a node has a field that Nix ignores today", "lock-field", _in_every_node(info={}, override=True, Locked={})
    ),
    in_lock(
        "a node is locked to nothing or asks for nothing",
        "lock-field",
        _in_every_node(locked=GONE, original=GONE),
        proof=Nix.FAILS,
    ),
    in_lock(
        "a part of a node is of another type",
        "lock-field",
        _in_every_node(locked=[], original="x", flake="false", inputs=[], parent="x"),
        proof=Nix.FAILS,
    ),
    in_lock(
        "an attribute holds what no attribute can",
        "lock-field",
        _in_every_node(locked__narHash=None, locked__rev=["x"], locked__x={"y": 1}, locked__lastModified=1.5),
        proof=Nix.FAILS,
    ),
    in_lock(
        "a date is beyond all numbers", "lock-field", _in_every_node(locked__lastModified=-1, locked__revCount=10**19)
    ),
    in_lock(
        "an input's value is no name and no path",
        "lock-field",
        _in_every_node(inputs={"x": 1}, parent=[1]),
        proof=Nix.FAILS,
    ),
    in_lock("a name would make two inputs share a path, or does not print", "lock-field", _misnamed, proof=Nix.RELOCKS),
    in_lock(
        "a string has half a character",
        "lock-field",
        _by_bytes(lambda data: data.replace(b'"nixlab"', b'"nixlab\\ud800"', 1)),
        proof=Nix.FAILS,
    ),
    in_lock(
        "the root is locked to something itself",
        "lock-field",
        _by_edits({"nodes/root/locked": {"type": "path", "path": "/"}}, {"nodes/root/flake": False}),
    ),
    in_lock("an input leads to a node that does not exist", "lock-reference", _dangling, proof=Nix.FAILS),
    in_lock(
        "the root is another node or none",
        "lock-reference",
        _by_edits({"root": "missing", "nodes/root": GONE}),
        proof=Nix.FAILS_OR_RELOCKS,
    ),
    in_lock("an input is an input of its own inputs", "lock-reference", _circles, proof=Nix.FAILS),
    in_lock("an input leads back to the root", "lock-reference", _to_the_root, proof=Nix.FAILS),
    in_lock(
        "an input follows a path to nothing",
        "lock-follows",
        _by_edits(
            {"nodes/root/inputs/deep": ["home", "nothing"]},
            {"nodes/home/inputs/lib": ["lip"]},
            {"nodes/root/inputs/deep": ["art", "x"]},
        ),
        proof=Nix.RELOCKS,
    ),
    in_lock(
        "inputs follow each other in a circle",
        "lock-follows",
        _by_edits(
            {"nodes/root/inputs/deep": ["deep"]},
            {"nodes/root/inputs/deep": ["home", "same"], "nodes/home/inputs/same": ["deep"]},
        ),
        proof=Nix.RELOCKS,
    ),
    in_lock("a node waits in the lock that nothing refers to", "lock-unreachable", _hidden),
    in_lock("inputs are nested beyond all sense", "lock-size", _deep),
    in_lock(
        "the JSON is nested until a parser breaks",
        "lock-size",
        _by_bytes(lambda _: b"[" * 200_000, lambda _: b'{"nodes":' * 100_000),
        proof=Nix.FAILS,
    ),
    in_lock(
        "the first lock comes from nowhere, with nothing to compare it with",
        "lock-appeared",
        _first,
        severity=Severity.HOLD,
    ),
    in_lock(
        "the lock is deleted, so that the next build locks afresh",
        "lock-missing",
        _none,
        beside=("tree-mode",),
        proof=Nix.RELOCKS,
    ),
)
