"""Attacks on the graph of inputs: what this repository declares, and what its inputs bring along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from msgspec.structs import replace

from flakebot.policy.verdict import Severity
from tests.attacks.attack import Attack, Forgeries, in_lock
from tests.attacks.on_content import EVIL_HASH, EVIL_REV
from tests.attacks.proof import Nix
from tests.attacks.updates import UPDATES, Fields, Forged, Update, fields
from tests.attacks.workbench import Workbench
from tests.lock.samples import GONE, Edits

Forge = Callable[[Update], Iterator[Forged]]

_ASKED = {"type": "github", "owner": "mallory", "repo": "evil"}
EVIL: Fields = {
    "locked": _ASKED | {"rev": EVIL_REV, "narHash": EVIL_HASH, "lastModified": 1999999999},
    "original": _ASKED,
}
"""A node that is in itself as it should be, at a place of the attacker's."""

_UNBOUND = ("art", "list", "mono", "pack", "branch", "vcs", "known")
"""Inputs of the root that nothing follows and that have no inputs of their own."""


def _named(**edits: Edits) -> Forge:
    """Make each of these edits, by its name."""

    def forge(update: Update) -> Iterator[Forged]:
        for name, each in edits.items():
            yield update.forged(name.replace("_", " "), each)

    return forge


def _under(forge: Forge, *, moved: bool) -> Forge:
    """Forge only where `home`, which has inputs of its own, has moved, or only where it has not."""
    return lambda update: forge(update) if update.is_above is moved else iter(())


def _root_edits(edits: Callable[[str, Fields], Edits | None]) -> Forge:
    """Make an edit for each input of the root that has a node of its own."""

    def forge(update: Update) -> Iterator[Forged]:
        for name, edge in fields(update.document(), "nodes", "root", "inputs").items():
            if isinstance(edge, str) and edge != "sub":
                made = edits(edge, fields(update.document(), "nodes", edge))
                if made is not None:
                    yield update.forged(name, made)

    return forge


def _another_owner(name: str, node: Fields) -> Edits | None:
    if "owner" not in fields(node, "original"):
        return None
    return {f"nodes/{name}/{side}/owner": "mallory" for side in ("locked", "original")}


def _another_ref(name: str, node: Fields) -> Edits | None:
    return {f"nodes/{name}/original/ref": "evil"} if fields(node, "original")["type"] == "github" else None


def _frozen(name: str, node: Fields) -> Edits | None:
    """Pin an input for good to what it is locked to now, so that no fix ever arrives."""
    locked, original = fields(node, "locked"), fields(node, "original")
    return {f"nodes/{name}/original/rev": locked["rev"]} if original["type"] == "github" else None


def _unflaked(name: str, node: Fields) -> Edits | None:
    return {f"nodes/{name}/flake": GONE if "flake" in node else False}


def _removed(update: Update) -> Iterator[Forged]:
    for name in _UNBOUND:
        yield update.forged(name, {f"nodes/root/inputs/{name}": GONE, f"nodes/{name}": GONE})


def _swapped(update: Update) -> Iterator[Forged]:
    """Exchange the nodes behind two names: by the names of nodes, nothing has changed."""
    edges = fields(update.document(), "nodes", "root", "inputs")
    for one, other in pairwise(_UNBOUND):
        edits = {f"nodes/root/inputs/{one}": edges[other], f"nodes/root/inputs/{other}": edges[one]}
        yield update.forged(f"{one} and {other}", edits)


def _renumbered(update: Update) -> Iterator[Forged]:
    """Let an input lead to the attacker's node under the name that its own node had, which gets another name."""
    for name in _UNBOUND:
        node = fields(update.document(), "nodes", name)
        yield update.forged(
            name, {f"nodes/{name}": EVIL, f"nodes/{name}_2": node, f"nodes/root/inputs/{name}_2": f"{name}_2"}
        )


def _adopted(update: Update) -> Iterator[Forged]:
    if "parent" in fields(update.document(), "nodes", "sub"):
        yield update.forged("sub", {"nodes/sub/parent": ["home"]})


def _children_ahead(update: Update) -> Iterator[Forged]:
    """Give the inputs of an input that stays the revisions that they will have one season later."""
    for name in ("base", "core", "tools"):
        yield update.forged(name, {f"nodes/{name}/locked": fields(update.document("parents"), "nodes", name, "locked")})


def _held(update: Update, name: str) -> bool:
    edge = fields(update.document(), "nodes", "root", "inputs")[name]
    return isinstance(edge, str) and fields(update.document(), "nodes", edge, "locked") != fields(
        update.document(update.before), "nodes", edge, "locked"
    )


def _held_inputs(bench: Workbench) -> Forgeries:
    """Say that only a person may move an input, also by the name under which another input follows it."""
    for update in UPDATES:
        names = [name for name in fields(update.document(), "nodes", "root", "inputs") if _held(update, name)]
        for glob in (*names, *(["home/lib"] if "lib" in names else []), "*", "**"):
            honest = bench.honest.with_lock(update.old, update.new)
            content = replace(honest.change.content, hold=(glob,))
            yield f"{update}: {glob}", replace(honest, change=replace(honest.change, content=content))


_ADDED: Edits = {"nodes/home/inputs/evil": "evil", "nodes/evil": EVIL}
_DROPPED: Edits = {"nodes/home/inputs/same": GONE}
_REDECLARED: Edits = {"nodes/base/locked/owner": "mallory", "nodes/base/original/owner": "mallory"}
_LED_ASIDE: Edits = {"nodes/home/inputs/same": ["home", "tools"]}
_FOLDER: Edits = {
    "nodes/home/inputs/evil": "evil",
    "nodes/evil": {
        "locked": {"type": "path", "path": "/srv/evil", "narHash": EVIL_HASH, "lastModified": 1},
        "original": {"type": "path", "path": "/srv/evil"},
    },
}
_FOSSIL: Edits = {
    "nodes/home/inputs/evil": "evil",
    "nodes/evil": {
        "locked": {"type": "fossil", "url": "https://mallory.example", "narHash": EVIL_HASH},
        "original": {"type": "fossil", "url": "https://mallory.example"},
    },
}
_LINK: Edits = {
    "nodes/home/inputs/evil": "evil",
    "nodes/evil": {
        "locked": {"type": "tarball", "url": "https://mallory.example/x.tar.gz", "narHash": EVIL_HASH},
        "original": {"type": "tarball", "url": "https://nixlab.example/x.tar.gz"},
    },
}

ATTACKS: tuple[Attack, ...] = (
    in_lock(
        "an input appears that flake.nix does not declare",
        "lock-root-inputs",
        _named(
            a_node={"nodes/root/inputs/evil": "evil", "nodes/evil": EVIL},
            a_follows={"nodes/root/inputs/evil": ["home", "base"]},
        ),
        proof=Nix.RELOCKS,
    ),
    in_lock("an input disappears that flake.nix declares", "lock-root-inputs", _removed, proof=Nix.RELOCKS),
    in_lock(
        "the attacker's node takes the name of another, which lives on under a number",
        "lock-root-original",
        _renumbered,
        proof=Nix.RELOCKS,
    ),
    in_lock(
        "an input asks for another owner and is locked to it",
        "lock-root-original",
        _root_edits(_another_owner),
        proof=Nix.RELOCKS,
    ),
    in_lock("an input asks for another branch", "lock-root-original", _root_edits(_another_ref), proof=Nix.RELOCKS),
    in_lock(
        "an input is pinned for good to what it is now", "lock-root-original", _root_edits(_frozen), proof=Nix.RELOCKS
    ),
    in_lock(
        "an input is a flake, or is none, against what flake.nix says", "lock-root-original", _root_edits(_unflaked)
    ),
    in_lock("two inputs exchange their nodes", "lock-root-original", _swapped, proof=Nix.RELOCKS),
    in_lock(
        "a folder of this repository starts from another input's tree",
        "lock-root-original",
        _adopted,
        proof=Nix.RELOCKS,
    ),
    in_lock(
        "an input follows another one than flake.nix says",
        "lock-root-follows",
        _named(
            at_the_root={"nodes/root/inputs/deep": ["lib"]},
            below_it={"nodes/home/inputs/lib": ["tools"]},
            to_the_root={"nodes/root/inputs/deep": []},
        ),
        proof=Nix.RELOCKS,
    ),
    in_lock(
        "an input is the attacker's where flake.nix says that it follows",
        "lock-root-follows",
        _named(
            at_the_root={"nodes/root/inputs/deep": "evil", "nodes/evil": EVIL},
            below_it={"nodes/home/inputs/lib": "evil", "nodes/evil": EVIL},
        ),
        proof=Nix.RELOCKS,
    ),
    in_lock(
        "an input follows where flake.nix declares one of its own",
        "lock-root-follows",
        _named(
            art={"nodes/root/inputs/art": ["lib"], "nodes/art": GONE},
            mono={"nodes/root/inputs/mono": ["home"], "nodes/mono": GONE},
        ),
        proof=Nix.RELOCKS,
    ),
    in_lock("inputs of an input move while it stays", "lock-unmoved-parent", _under(_children_ahead, moved=False)),
    in_lock(
        "an input that stays has one more",
        "lock-unmoved-parent",
        _under(_named(added=_ADDED), moved=False),
        proof=Nix.RELOCKS,
    ),
    in_lock("an input that stays has one less", "lock-unmoved-parent", _under(_named(dropped=_DROPPED), moved=False)),
    in_lock(
        "an input that stays asks for something else",
        "lock-unmoved-parent",
        _under(_named(redeclared=_REDECLARED), moved=False),
        proof=Nix.RUNS,
    ),
    in_lock(
        "an input that stays follows something else",
        "lock-unmoved-parent",
        _under(_named(led_aside=_LED_ASIDE), moved=False),
        proof=Nix.RELOCKS,
    ),
    in_lock(
        "an input that moved brings the attacker's along",
        "lock-graph",
        _under(_named(added=_ADDED), moved=True),
        severity=Severity.HOLD,
        proof=Nix.RELOCKS,
    ),
    in_lock(
        "an input that moved loses one that it needs",
        "lock-graph",
        _under(_named(dropped=_DROPPED), moved=True),
        severity=Severity.HOLD,
    ),
    in_lock(
        "an input of an input that moved is another owner's",
        "lock-graph",
        _under(_named(redeclared=_REDECLARED), moved=True),
        severity=Severity.HOLD,
        proof=Nix.RELOCKS,
    ),
    in_lock(
        "an input of an input that moved follows something else",
        "lock-graph",
        _under(_named(led_aside=_LED_ASIDE), moved=True),
        severity=Severity.HOLD,
        proof=Nix.RELOCKS,
    ),
    in_lock(
        "an input that moved is given another input's node for one of its own",
        "lock-shared-node",
        _under(_named(shared={"nodes/home/inputs/tools": "base", "nodes/tools": GONE}), moved=True),
        severity=Severity.HOLD,
        beside=("lock-graph",),
        proof=Nix.RELOCKS,
    ),
    in_lock(
        "an input that moved brings a folder of the machine",
        "lock-type",
        _under(_named(folder=_FOLDER), moved=True),
        severity=Severity.HOLD,
        beside=("lock-graph",),
        proof=Nix.RELOCKS,
    ),
    in_lock(
        "an input that moved brings something of a type that nobody knows",
        "lock-type",
        _under(_named(fossil=_FOSSIL), moved=True),
        severity=Severity.HOLD,
        beside=("lock-graph",),
        proof=Nix.FAILS_OR_RELOCKS,
    ),
    in_lock(
        "an input that moved brings a link that leads elsewhere",
        "lock-redirect",
        _under(_named(link=_LINK), moved=True),
        severity=Severity.HOLD,
        beside=("lock-graph",),
        proof=Nix.RELOCKS,
    ),
    Attack(
        line="what only a person may move has moved",
        rule="lock-held",
        forge=_held_inputs,
        proof=Nix.TAKES,
        severity=Severity.HOLD,
    ),
)
