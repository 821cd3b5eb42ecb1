"""One node of a lock: what it is locked to, what was asked for, and its inputs. Values only."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

Attribute = str | int | bool
"""What an attribute of ``locked`` or ``original`` may be."""

Attributes = Mapping[str, Attribute]

Path = tuple[str, ...]
"""Names of inputs from the root on; empty for the root itself."""

Edge = str | Path
"""An input's value: the name of a node, or the path that it follows."""


class Node(Struct, frozen=True, kw_only=True):
    """A node as the lock names it. The root has neither ``locked`` nor ``original``: both are empty.

    ``parent`` is the path of the input whose source tree a relative path starts from (Nix 2.26 and later).
    """

    name: str
    inputs: Mapping[str, Edge]
    locked: Attributes
    original: Attributes
    is_flake: bool
    parent: Path | None

    @property
    def is_relative(self) -> bool:
        """Whether the source is a folder inside another input's tree, so that it has no revision of its own."""
        path = self.locked.get("path")
        return self.locked.get("type") == "path" and isinstance(path, str) and not path.startswith("/")
