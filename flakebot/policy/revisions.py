"""Rules about an input's move from one revision to another: forward, and only where it may. No I/O."""

from __future__ import annotations

from collections.abc import Iterator

from flakebot.lock.change import Change, Kind, Origin
from flakebot.lock.document import LockDocument
from flakebot.lock.node import Attributes, Node, Path
from flakebot.lock.paths import aliases
from flakebot.lock.place import is_same_place
from flakebot.lock.wording import shown
from flakebot.policy.attributes import REVISIONED
from flakebot.policy.cases import LockCase
from flakebot.policy.changes import became, of_both
from flakebot.policy.globs import matches
from flakebot.policy.rule import Objection, Rule, hold, note, refuse

_CLOCKS = ("lastModified", "revCount")
"""What grows from one revision of a branch to a later one."""

_FIXED_BY_REVISION = ("narHash", "lastModified", "revCount", "treeHash")


def _downgrade(case: LockCase) -> Iterator[Objection]:
    for change, old, new in of_both(case.changes, Kind.MOVED, Kind.REDECLARED):
        if case.is_copied(change.input) or not _is_comparable(case, change, old, new):
            continue
        for clock in _CLOCKS:
            before, after = old.locked.get(clock), new.locked.get(clock)
            if isinstance(before, int) and isinstance(after, int) and after < before:
                yield _backwards(case, change, f"{shown(change.input)} goes back: {clock} {before} → {after}")
            elif before is not None and after is None:
                yield _clockless(change, new, f"{shown(change.input)} no longer says its {clock}, so it may go back")


def _is_comparable(case: LockCase, change: Change, old: Node, new: Node) -> bool:
    """Whether an input stayed where it was, also where a changed flake.nix declares it with another branch."""
    is_redeclared = case.redeclared is not None and change.origin is Origin.HERE
    return change.kind is Kind.MOVED or (is_redeclared and is_same_place(old, new))


def _backwards(case: LockCase, change: Change, said: str) -> Objection:
    allow = "Wait for a newer revision, or name the input in allow-downgrade."
    if matches(change.path, case.expectation.allow_downgrade):
        return note(said, "allow-downgrade says that it may.", about=change.input)
    is_other = change.kind is Kind.REDECLARED
    is_possible = change.origin.is_moved or is_other or (change.origin is Origin.UNMOVED and case.is_floating(change))
    return (hold if is_possible else refuse)(said, allow, about=change.input)


def _clockless(change: Change, new: Node, said: str) -> Objection:
    is_certain = new.locked.get("type") in REVISIONED and "lastModified" not in new.locked
    is_refused = is_certain and not change.origin.is_moved
    return (refuse if is_refused else hold)(
        said, "Let Nix make the lock again with `nix flake update`.", about=change.input
    )


def _same_revision(case: LockCase) -> Iterator[Objection]:
    for change, old, new in of_both(case.changes, Kind.MOVED, Kind.REDECLARED):
        is_same = "rev" in old.locked and old.locked["rev"] == new.locked.get("rev")
        if not is_same or not _is_comparable(case, change, old, new):
            continue
        for name in _FIXED_BY_REVISION:
            yield from _same_content(change, name, old.locked, new.locked)


def _same_content(change: Change, name: str, old: Attributes, new: Attributes) -> Iterator[Objection]:
    if old.get(name) == new.get(name):
        return
    said = f"{shown(change.input)} keeps its revision but changes its {name}"
    if name in old and name in new:
        yield refuse(said, "A revision has one content. Find out who wrote this lock.", about=change.input)
    else:
        yield hold(
            said, "Another version of Nix may write this; merge the first such lock by hand.", about=change.input
        )


def _lost_revision(case: LockCase) -> Iterator[Objection]:
    for change, old, new in of_both(case.changes, Kind.MOVED):
        is_lost = "rev" in old.locked and "rev" not in new.locked and new.locked.get("type") not in REVISIONED
        if is_lost and not case.is_settled(change.input):
            said = f"{shown(change.input)} no longer says which revision its content is"
            yield hold(said, "Look what its server answers now.", about=change.input)


def _held(case: LockCase) -> Iterator[Objection]:
    if not case.expectation.hold or not case.changes:
        return
    old, new = _followers(case.old), _followers(case.new)
    for change in case.changes:
        paths = (change.path, *_led_to(change.old, old), *_led_to(change.new, new))
        for path in sorted({path for path in paths if matches(path, case.expectation.hold)}):
            said = f"{shown('/'.join(path))} {became(change)}, but only a person may move it"
            yield hold(said, "Merge by hand, or take it out of hold.", about=change.input)


def _followers(document: LockDocument | None) -> dict[str, list[Path]]:
    return {} if document is None else aliases(document)


def _led_to(node: Node | None, followers: dict[str, list[Path]]) -> list[Path]:
    """Return the inputs that follow the node: what is held under their names is held under every other."""
    return [] if node is None else followers.get(node.name, [])


REVISIONS = (
    Rule(
        name="lock-downgrade",
        purpose="Time does not run backwards: no input goes back to an older revision unless that is allowed.",
        objections=_downgrade,
    ),
    Rule(
        name="lock-same-revision",
        purpose="One revision has one content: what a revision fixes does not change without it.",
        objections=_same_revision,
    ),
    Rule(
        name="lock-lost-revision",
        purpose="An input that said which revision it is keeps saying it.",
        objections=_lost_revision,
    ),
    Rule(
        name="lock-held",
        purpose="What is held moves only by a person's hand.",
        objections=_held,
    ),
)
