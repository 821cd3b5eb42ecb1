"""What a change of flake.nix explains: the inputs that this repository itself declares differently from now on. No I/O.

An update leaves flake.nix alone, and then nothing is explained. A person may change it, in the open: whoever reviews
reads it. What the lock says of a root input then has to be exactly what the new flake.nix says.
"""

from __future__ import annotations

from collections.abc import Iterator

from flakebot.lock.change import Change
from flakebot.lock.node import Node, Path
from flakebot.model.provenance import Unknown
from flakebot.policy.cases import LockCase
from flakebot.policy.provenance.basis import Basis, is_told_no_more
from flakebot.policy.provenance.declared import is_said
from flakebot.policy.provenance.flake_file import Declared, FlakeFile
from flakebot.policy.rule import Objection, hold, refuse

_NO_UPDATE = "No update does this while flake.nix stays as it is. Find out who wrote this lock; do not merge it."
_NOT_SO = "Let Nix make the lock again with `nix flake lock`. If it stays as it is, find out who wrote it."
_LOOK = "Compare it with flake.nix for yourself, and merge by hand."

_UNTRACED = Unknown(reason="nobody was asked what its parent says")
_ANYBODYS = Unknown(reason="anybody can put something on the ref that it asks for, by a pull request there")
_REQUESTS = ("refs/", "pull/", "merge-requests/")
_OWN = ("refs/heads/", "refs/tags/")
_REGISTRY = Unknown(reason="a registry gave its place, and registries are not asked")


def unless_explained(case: LockCase, change: Change, said: str) -> Iterator[Objection]:
    """Object to what became of an input that this repository declares, unless its flake.nix now says just that."""
    answer = _is_explained(case, change)
    if isinstance(answer, Unknown):
        yield hold(f"{said}; whether it says so now is not known: {answer.reason}", _LOOK, about=change.input)
    elif not answer:
        yield refuse(said, _NO_UPDATE if case.redeclared is None else _NOT_SO, about=change.input)


def _is_explained(case: LockCase, change: Change) -> bool | Unknown:
    flake = case.redeclared
    if flake is None:
        return False
    if isinstance(flake, Unknown):
        return flake
    if len(change.path) > 1:
        return _is_override(case, change, flake.declared(change.path))
    if change.new is None:
        return not flake.declares(change.path[0])
    found = _declared(flake, change.path)
    if found is None or change.new_follows is not None:
        return found is not None and found.follows == change.new_follows
    return _is_asked(found, change.new)


def _is_override(case: LockCase, change: Change, found: Declared | None) -> bool | Unknown:
    """Whether flake.nix says what an input of an input follows now, or says nothing of it any more."""
    if found is not None and found.follows is not None:
        return found.follows == change.new_follows
    if not is_told_no_more(change):
        return False
    if case.facts is None:
        return _UNTRACED
    basis = next(traced.basis for traced in case.trace.found if traced.change == change)
    return basis if isinstance(basis, Unknown) else basis is not Basis.NOBODY


def _declared(flake: FlakeFile, path: Path) -> Declared | None:
    """Return what is said of a root input; one that only the outputs take as an argument is a name in a registry."""
    found = flake.declared(path)
    if found is not None or path[0] not in flake.arguments:
        return found
    return Declared(asked={"type": "indirect", "id": path[0]}, follows=None, is_flake=True, inputs={})


def _is_asked(found: Declared, node: Node) -> bool | Unknown:
    if node.parent not in {None, ()}:
        return False
    answer = is_said(found, node)
    if answer is True and node.original.get("type") == "indirect":
        return _REGISTRY
    return _ANYBODYS if answer is True and _is_of_anybody(str(node.original.get("ref", ""))) else answer


def _is_of_anybody(ref: str) -> bool:
    """Whether a ref may be one that a host makes of a pull request, so that whoever opens one decides what is on it."""
    return ref.startswith(_REQUESTS) and not ref.startswith(_OWN)
