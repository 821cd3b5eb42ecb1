"""Attacks that a lock alone does not show: everything in it is well formed, but nobody else says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from flakebot.lock.document import parse
from flakebot.lock.paths import input_paths
from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.provenance.choices import choices
from flakebot.policy.verdict import Severity
from tests.attacks.attack import Attack, Forgeries
from tests.attacks.on_content import EVIL_HASH, EVIL_REV
from tests.attacks.on_graph import EVIL
from tests.attacks.proof import Nix
from tests.attacks.updates import UPDATES, Fields, Update, fields
from tests.attacks.workbench import Workbench
from tests.lock.samples import GONE, Edits, edited, written
from tests.policy.world import NOW, Spoil, World, off_ref, silent_tips, tips_of

_DECLARING = """{
  inputs.base.url = "github:nixlab/base";
  outputs = { self, base, core, lib, tools, same }: [ "aarch64-linux" "aarch64-darwin" ];
}"""
"""A flake.nix that still asks for whatever an attack takes away."""

_UNBOUND = LockExpectation()

_WITHOUT_LOCKS = ("home", "home/base")
"""What brings inputs along, where an attack wants Nix to have resolved these anew."""


class Traced(Struct, frozen=True, kw_only=True):
    """One forgery of an honest update: edits of its new lock, and in what the world differs from an honest one.

    ``before`` edits both locks: what they have in common is no attack. What is ``unlocked`` has no lock of its own.
    """

    where: str
    edits: Edits
    spoils: tuple[Spoil, ...] = ()
    before: Edits | None = None
    unlocked: tuple[str, ...] = ()


def _traced(
    line: str,
    rule: str,
    forge: Callable[[Update], Iterator[Traced]],
    *,
    severity: Severity = Severity.REFUSE,
    beside: tuple[str, ...] = (),
    expectation: LockExpectation = _UNBOUND,
    proof: Nix = Nix.TAKES,
) -> Attack:
    def forgeries(bench: Workbench) -> Forgeries:
        for update in UPDATES:
            for forged in forge(update):
                before = forged.before or {}
                old, honest = (written(edited(_document(lock), before)) for lock in (update.old, update.new))
                new = written(edited(_document(honest), forged.edits))
                evidence = LockEvidence(path="flake.lock", old=old, new=new)
                flakes = dict.fromkeys(("home", "home/base"), _DECLARING)
                world = World(new=honest, flakes=flakes, unlocked=forged.unlocked)
                facts = world.facts(evidence, expectation)
                for spoil in forged.spoils:
                    facts = spoil(facts)
                situation = bench.honest.with_lock(old, new).with_facts(facts).expecting(expectation)
                yield f"{update}: {forged.where}", situation

    return Attack(line=line, rule=rule, forge=forgeries, proof=proof, severity=severity, beside=beside)


def _document(lock: bytes) -> dict[str, object]:
    found = json.loads(lock)
    assert isinstance(found, dict)
    return found


def _moved(update: Update, *, below: str = "") -> Iterator[tuple[str, Fields]]:
    """Yield the nodes that the update moves and that have a revision, perhaps only those below one input."""
    old = _document(update.old)
    paths = dict(input_paths(parse(update.new)))
    for name, locked in update.nodes("github", "git"):
        path = paths[name]
        is_moved = fields(old, "nodes", name)["locked"] != locked
        if is_moved and (path[0] == below and len(path) > 1 if below else len(path) == 1 or path[0] == "sub"):
            yield name, locked


def _impostors(update: Update) -> Iterator[Traced]:
    for name, _ in _moved(update):
        edits = {f"nodes/{name}/locked/rev": EVIL_REV, f"nodes/{name}/locked/narHash": EVIL_HASH}
        if fields(update.document(), "nodes", name, "original")["type"] != "indirect":
            yield Traced(where=name, edits=edits, spoils=(off_ref(EVIL_REV),))


def _impostors_below(update: Update) -> Iterator[Traced]:
    for name, _ in _moved(update, below="home"):
        edits = {f"nodes/{name}/locked/rev": EVIL_REV, f"nodes/{name}/locked/narHash": EVIL_HASH}
        yield Traced(where=name, edits=edits, spoils=(off_ref(EVIL_REV),), unlocked=_WITHOUT_LOCKS)


def _others_of_the_ref_below(update: Update) -> Iterator[Traced]:
    for name, _ in _moved(update, below="home"):
        yield Traced(
            where=name, edits={f"nodes/{name}/locked/rev": EVIL_REV, f"nodes/{name}/locked/narHash": EVIL_HASH}
        )


def _other_content(update: Update) -> Iterator[Traced]:
    for name, _ in _moved(update):
        yield Traced(where=name, edits={f"nodes/{name}/locked/narHash": EVIL_HASH})


def _other_content_below(update: Update) -> Iterator[Traced]:
    for name, _ in _moved(update, below="home"):
        yield Traced(where=name, edits={f"nodes/{name}/locked/narHash": EVIL_HASH}, unlocked=_WITHOUT_LOCKS)


def _later(update: Update) -> Iterator[Traced]:
    for name, locked in _moved(update):
        seconds = locked["lastModified"]
        assert isinstance(seconds, int)
        yield Traced(where=name, edits={f"nodes/{name}/locked/lastModified": seconds + 1})


def _repointed_below(update: Update) -> Iterator[Traced]:
    for name, _ in _moved(update, below="home"):
        yield Traced(where=name, edits={f"nodes/{name}/{side}": EVIL[side] for side in ("locked", "original")})


def _added_below(update: Update) -> Iterator[Traced]:
    if update.is_above:
        yield Traced(where="home", edits={"nodes/home/inputs/evil": "evil", "nodes/evil": EVIL})


def _named_in_passing(update: Update) -> Iterator[Traced]:
    """Repoint an input to what the flake.nix of its parent names with other words than its declaration."""
    if update.is_above:
        for kind, owner, repo in (("github", "aarch64-linux", "aarch64-darwin"), ("gitlab", "nixlab", "base")):
            asked = {"type": kind, "owner": owner, "repo": repo}
            node = {"original": asked, "locked": {**fields(EVIL, "locked"), **asked}}
            edits = {f"nodes/base/{side}": node[side] for side in node}
            yield Traced(where=f"{kind}:{owner}/{repo}", edits=edits, unlocked=_WITHOUT_LOCKS)


def _removed_below(update: Update) -> Iterator[Traced]:
    if update.is_above:
        yield Traced(where="home/tools", edits={"nodes/home/inputs/tools": GONE, "nodes/tools": GONE})
        yield Traced(where="home/same", edits={"nodes/home/inputs/same": GONE})


def _by_mercurial(update: Update) -> Iterator[Traced]:
    for name, locked in _moved(update):
        url = {"type": "hg", "url": "https://hg.example.org/x"}
        older = fields(_document(update.old), "nodes", name, "locked")
        kept = {key: older[key] for key in ("rev", "narHash")}
        moved = {key: locked[key] for key in ("rev", "narHash")}
        before: Fields = {f"nodes/{name}/original": url, f"nodes/{name}/locked": url | kept}
        yield Traced(where=name, edits={f"nodes/{name}/locked": url | moved}, before=before)


def _as_it_is(update: Update) -> Iterator[Traced]:
    yield Traced(where="everywhere", edits={}, spoils=(tips_of(timedelta(days=1)),))


def _pushed_out_of_the_record(update: Update) -> Iterator[Traced]:
    yield Traced(where="everywhere", edits={}, spoils=(silent_tips,))


def _swapped(bench: Workbench) -> Forgeries:
    """Change what an update took, behind the back of what it noted."""
    for update in UPDATES:
        noted = choices(update.old, update.new, seen_at=NOW)
        for choice in noted:
            others = tuple(replace(one, revision=EVIL_REV) if one is choice else one for one in noted)
            situation = bench.honest.with_lock(update.old, update.new)
            (lock,) = situation.proposal.change.locks
            change = replace(situation.proposal.change, locks=(replace(lock, choices=others),))
            yield f"{update}: {choice.input}", situation.with_change(change)


_WEEK = LockExpectation(min_age=tuple((name, timedelta(days=7)) for name in ("art", "home")))


ATTACKS = (
    Attack(line="another revision than the update chose", rule="lock-chosen", forge=_swapped, proof=Nix.TAKES),
    _traced("a commit of a fork, served under the name of its parent", "provenance-ref", _impostors, proof=Nix.RUNS),
    _traced("a commit of a fork, for an input of an input", "provenance-ref", _impostors_below),
    _traced("a good revision with the narHash of something else", "provenance-content", _other_content),
    _traced("the same, for an input of an input", "provenance-content", _other_content_below),
    _traced("a later time than the commit's, so that the next update goes back", "provenance-content", _later),
    _traced("an older commit than the lock of its parent says", "provenance-parent", _others_of_the_ref_below),
    _traced(
        "an input of an input from somewhere else",
        "provenance-parent",
        _repointed_below,
        beside=("lock-graph",),
        proof=Nix.RELOCKS,
    ),
    _traced(
        "an input of an input from where its parent's flake.nix says something else",
        "provenance-parent",
        _named_in_passing,
        beside=("lock-graph",),
        proof=Nix.RELOCKS,
    ),
    _traced(
        "an input that no parent asks for", "provenance-parent", _added_below, beside=("lock-graph",), proof=Nix.RELOCKS
    ),
    _traced(
        "an input that its parent asks for, gone",
        "provenance-removed",
        _removed_below,
        beside=("lock-graph",),
        proof=Nix.RELOCKS,
    ),
    _traced(
        "an input of a kind of which nobody can be asked",
        "provenance-untraceable",
        _by_mercurial,
        severity=Severity.HOLD,
        proof=Nix.RELOCKS,
    ),
    _traced("a revision of yesterday", "min-age", _as_it_is, severity=Severity.WAIT, expectation=_WEEK),
    _traced(
        "a commit that says it is old, pushed out of the host's record by a hundred others",
        "min-age",
        _pushed_out_of_the_record,
        severity=Severity.HOLD,
        expectation=_WEEK,
    ),
    _traced(
        "a host that is not allowed",
        "lock-allowed-hosts",
        _as_it_is,
        expectation=LockExpectation(allow_hosts=("git.example.org",)),
    ),
    _traced(
        "an owner who is not allowed",
        "lock-allowed-owners",
        _as_it_is,
        expectation=LockExpectation(allow_owners=("github.com/NixOS",)),
    ),
)
