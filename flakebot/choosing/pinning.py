"""Lock an input to one revision and nothing else: the address to ask Nix for, and the lock that comes of it. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode

from msgspec.structs import replace

from flakebot.lock.canonical import canonical
from flakebot.lock.document import LockDocument, parse
from flakebot.lock.node import Attribute, Node
from flakebot.lock.place import REVISION, is_same_place
from flakebot.lock.wording import shown
from flakebot.policy.provenance.sources import FORGES

_PLACED = frozenset({"type", "owner", "repo", "url"})


class PinError(ValueError):
    """Nix locked something else than what it was asked for."""


def address_at(node: Node, rev: str) -> str:
    """Return the address of a revision of what a node is locked to: ``github:owner/repo/REV``, ``git+URL?rev=REV``.

    What else the node says of its place (host, ref, dir, submodules …) stands in its query.
    """
    locked = node.locked
    further = {name: _text(value) for name, value in locked.items() if name not in _PLACED | REVISION}
    if locked.get("type") in FORGES:
        path = "/".join(quote(str(locked[part]), safe="%~") for part in ("owner", "repo"))
        return f"{locked['type']}:{path}/{rev}{_query('?', further)}"
    url = str(locked["url"])
    return f"{locked['type']}+{url}{_query('&' if '?' in url else '?', further | {'rev': rev})}"


def pinned(lock: bytes, like: bytes, revisions: Mapping[str, str]) -> bytes:
    """Return a lock that Nix made with other addresses for some root inputs, as if flake.nix's own had led there.

    ``like`` is the lock before, which has what flake.nix asks for. Raises `PinError` unless each of these inputs is at
    its revision, in the place where it was, and `LockError` for what is no lock.
    """
    made, before = parse(lock), parse(like)
    return canonical(replace(made, nodes={**made.nodes, **dict(_restored(made, before, revisions))}))


def _restored(made: LockDocument, before: LockDocument, revisions: Mapping[str, str]) -> Iterator[tuple[str, Node]]:
    for name, rev in sorted(revisions.items()):
        edge = made.nodes[made.root].inputs.get(name)
        if not isinstance(edge, str):
            raise PinError(f"{shown(name)} has no node of its own any more")
        asked, found = before.target(before.root, name), made.nodes[edge]
        if found.locked.get("rev") != rev or not is_same_place(asked, found):
            raise PinError(f"{shown(name)} is locked to {shown(found.locked.get('rev'))}, expected {shown(rev)}")
        yield edge, replace(found, original=asked.original)


def _text(value: Attribute) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _query(mark: str, values: Mapping[str, str]) -> str:
    return mark + urlencode(sorted(values.items()), safe="/", quote_via=quote) if values else ""
