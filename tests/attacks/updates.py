"""Updates that real Nix made, and forging them by naming fields. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec import Struct

from tests.attacks.locks import VERSIONS, stored
from tests.lock.samples import Edits, edited, written

Document = dict[str, object]
Fields = dict[str, object]


class Forged(Struct, frozen=True, kw_only=True):
    """A lock that an attack made, where it was made, and the lock that it is to replace."""

    where: str
    old: bytes | None
    new: bytes | None


class Update(Struct, frozen=True, kw_only=True):
    """An honest update, from one season's lock to another's."""

    version: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.version} {self.before} → {self.after}"

    @property
    def old(self) -> bytes:
        """The lock before."""
        return stored(self.version, self.before)

    @property
    def new(self) -> bytes:
        """The lock after."""
        return stored(self.version, self.after)

    @property
    def is_above(self) -> bool:
        """Whether what has inputs of its own moved with them."""
        return self.after == "parents"

    def document(self, season: str | None = None) -> Document:
        """Return the new lock, or that of another season, as a document."""
        found = json.loads(stored(self.version, season or self.after))
        assert isinstance(found, dict)
        return found

    def nodes(self, *kinds: str) -> Iterator[tuple[str, Fields]]:
        """Yield the nodes but the root with their ``locked``, perhaps only those of some types."""
        for name, node in fields(self.document(), "nodes").items():
            assert isinstance(node, dict)
            if name != "root" and (not kinds or node["locked"]["type"] in kinds):
                yield name, node["locked"]

    def forged(self, where: str, edits: Edits) -> Forged:
        """Return the update with some fields of the new lock changed."""
        return Forged(where=where, old=self.old, new=written(edited(self.document(), edits)))

    def rewritten(self, where: str, new: bytes | None) -> Forged:
        """Return the update with another new lock altogether."""
        return Forged(where=where, old=self.old, new=new)


def fields(document: Document, *names: str) -> Fields:
    """Return the object at a place in a document."""
    found = document
    for name in names:
        below = found[name]
        assert isinstance(below, dict)
        found = below
    return found


UPDATES = tuple(
    Update(version=version, before=before, after=after)
    for version in VERSIONS
    for before, after in (("old", "leaves"), ("leaves", "parents"), ("old", "parents"))
)
"""Updates that change nothing but revisions: of what has no inputs, of what has, and of everything at once."""
