"""What the rules about provenance and age object to: an update, and what somebody else says of it."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from flakebot.lock.document import parse
from flakebot.model import Choice
from flakebot.policy.evidence import LockExpectation
from flakebot.policy.verdict import Severity
from tests.lock.samples import GONE, Edits, forge, lock, moved, nar_hash, rev
from tests.policy.lock_rows import HOLD, REFUSE, Locks
from tests.policy.rows import Row
from tests.policy.world import (
    NOW,
    Spoil,
    World,
    contents,
    off_ref,
    own_lock,
    silent_contents,
    silent_refs,
    silent_tips,
    tips_of,
    unrecorded_tips,
)

WAIT = Severity.WAIT
WEEK = LockExpectation(min_age=(("**", timedelta(days=7)),))
TOOL = moved("tool", 90)
NEW_BELOW_LIB: dict[str, object] = {"nodes/lib/inputs/new": "new", "nodes/new": forge("new", 91)}
LIB_ALONE: dict[str, object] = {"nodes/lib/inputs/core": GONE, "nodes/core": GONE}
ELSEWHERE: dict[str, object] = {
    f"nodes/lib/{side}": {"type": "gitlab", "owner": "acme", "repo": "lib"} for side in ("locked", "original")
}


def known(
    new: Edits,
    *spoils: Spoil,
    old: Edits | None = None,
    says: Edits | None = None,
    unlocked: tuple[str, ...] = (),
    flake: str = "{ outputs = _: { }; }",
    own_flake: bytes | None = None,
    expectation: LockExpectation | None = None,
) -> Locks:
    """Return an update with all that is known of it. Where ``says`` differs, its parents' locks say that instead."""
    before, after = lock(old or {}), lock({**(old or {}), **new})
    locks = Locks(old=before, new=after, expectation=expectation or LockExpectation(), flake=own_flake)
    world = World(new=after, unlocked=unlocked, flakes={"tool": flake, "tool/lib": flake})
    if says is not None:
        world = replace(world, locks={"tool": _lock_of_tool({**(old or {}), **says})})
    facts = world.facts(locks.evidence, locks.expectation)
    for spoil in spoils:
        facts = spoil(facts)
    return replace(locks, facts=facts)


def _lock_of_tool(edits: Edits) -> bytes:
    document = parse(lock(edits))
    found = own_lock(document, ("tool",), document.nodes["tool"])
    assert found is not None
    return found


def _dated(seconds: int) -> Spoil:
    return contents(lambda found: replace(found, last_modified=seconds), repo="nixpkgs")


def _found(**facts: object) -> Spoil:
    return contents(lambda found: replace(found, **facts), repo="nixpkgs")


NIXPKGS = moved("nixpkgs", 90)
CHANNEL: dict[str, object] = {
    "nodes/channel/locked/narHash": nar_hash(90),
    "nodes/channel/locked/lastModified": 1700000090,
}
HG: dict[str, object] = {
    "nodes/vcs/locked": {"type": "hg", "url": "https://vcs.test/v", "rev": rev(21), "narHash": nar_hash(21)},
    "nodes/vcs/original": {"type": "hg", "url": "https://vcs.test/v"},
}
HG_MOVED: dict[str, object] = {"nodes/vcs/locked/rev": rev(90), "nodes/vcs/locked/narHash": nar_hash(90)}

OVERRIDDEN: dict[str, object] = {"nodes/lib/locked/owner": "else"}
"""As Nix before 2.24 writes it where this repository says what an input of an input is."""
OVERRIDING = b'{ inputs.tool.inputs.lib.url = "github:else/lib"; }'


def _overridden(*spoils: Spoil, own_flake: bytes = OVERRIDING) -> Locks:
    says = TOOL | {"nodes/lib/locked/owner": "acme"}
    return known(TOOL | moved("lib", 91), *spoils, old=OVERRIDDEN, says=says, own_flake=own_flake)


REF = (
    Row("provenance-ref", REFUSE, "a fork's revision", known(NIXPKGS, off_ref(rev(90))), "is not on", "nixpkgs"),
    Row(
        "provenance-ref",
        REFUSE,
        "of a branch below a folder of this repository",
        known(moved("leaf", 90), off_ref(rev(90))),
        "the default branch of github:acme/leaf",
        "sub/leaf",
    ),
    Row("provenance-ref", HOLD, "the host is silent", known(NIXPKGS, silent_refs), "nobody answers", "nixpkgs"),
    Row(
        "provenance-ref",
        HOLD,
        "a name in a registry may mean another branch",
        known(moved("named", 90), off_ref(rev(90))),
        "does not say which branch",
        "named",
    ),
    Row(
        "provenance-ref",
        HOLD,
        "an override may mean another branch",
        _overridden(off_ref(rev(91))),
        "does not say of which branch",
        "tool/lib",
    ),
    Row(
        "provenance-ref",
        HOLD,
        "a link to a channel cannot be followed",
        known(CHANNEL, silent_contents(url="https://channels.nixos.org/nixos-unstable/nixexprs.tar.xz")),
        "nobody answers",
        "channel",
    ),
    Row(
        "provenance-ref",
        HOLD,
        "a link leads elsewhere than it is locked to, and serves something else",
        known(
            {"nodes/channel/locked/narHash": nar_hash(90)},
            contents(
                lambda found: replace(found, nar_hash=nar_hash(91)),
                url="https://channels.nixos.org/nixos-unstable/nixexprs.tar.xz",
            ),
            old={"nodes/channel/locked/url": "https://mirror.test/nixexprs.tar.xz"},
        ),
        "it serves something else now",
        "channel",
    ),
    Row(
        "provenance-ref",
        REFUSE,
        "below an input without a lock",
        known(TOOL | moved("lib", 91), off_ref(rev(91)), unlocked=("tool",)),
        "is not on",
        "tool/lib",
    ),
)

PARENT = (
    Row(
        "provenance-parent",
        REFUSE,
        "an override that this repository does not make",
        _overridden(own_flake=b'{ inputs.tool.inputs.lib.url = "github:other/lib"; }'),
        "neither what its parent's lock says",
        "tool/lib",
    ),
    Row(
        "provenance-parent",
        REFUSE,
        "another place than its parent's lock says",
        known(TOOL | ELSEWHERE, says=TOOL),
        "neither what its parent's lock says",
        "tool/lib",
    ),
    Row(
        "provenance-parent",
        REFUSE,
        "an input that its parent's lock does not have",
        known(TOOL | NEW_BELOW_LIB, says=TOOL),
        "neither what its parent's lock says",
        "tool/lib/new",
    ),
    Row(
        "provenance-parent",
        REFUSE,
        "no flake where the parent has one",
        known(TOOL | {"nodes/parts/flake": False}, says=TOOL),
        "neither what its parent's lock says",
        "tool/parts",
    ),
    Row(
        "provenance-parent",
        REFUSE,
        "an input that an unlocked parent does not mention",
        known(
            TOOL | {"nodes/tool/inputs/new": "new", "nodes/new": forge("new", 91)},
            unlocked=("tool",),
            flake='{ inputs.lib.url = "github:acme/lib"; }',
        ),
        "neither what its parent's lock says",
        "tool/new",
    ),
    Row(
        "provenance-parent",
        REFUSE,
        "a folder of another tree",
        known(
            TOOL
            | {
                "nodes/tool/inputs/new": "new",
                "nodes/new": {
                    "locked": {"type": "path", "path": "./new"},
                    "original": {"type": "path", "path": "./new"},
                }
                | {"parent": ["nixpkgs"]},
            },
            says=TOOL,
        ),
        "neither what its parent's lock says",
        "tool/new",
    ),
    Row(
        "provenance-parent",
        HOLD,
        "the parent's lock cannot be had",
        known(TOOL | ELSEWHERE, silent_contents(repo="tool")),
        "is not known: nobody answers",
        "tool/lib",
    ),
    Row(
        "provenance-parent",
        HOLD,
        "the parent's lock cannot be read",
        known(TOOL | ELSEWHERE, contents(lambda found: replace(found, lock=b"{}"), repo="tool")),
        "cannot be read",
        "tool/lib",
    ),
    Row(
        "provenance-parent",
        HOLD,
        "the parent's flake.nix cannot be had",
        known(TOOL | NEW_BELOW_LIB, silent_contents(repo="lib"), says=TOOL),
        "is not known: nobody answers",
        "tool/lib/new",
    ),
)

INDIRECT: dict[str, object] = {
    "nodes/lib/original": {"type": "indirect", "id": "lib"},
    "nodes/tool/inputs/lib": "lib",
}
EVIL_LIB: dict[str, object] = moved("lib", 91) | {"nodes/lib/locked/owner": "evil"}
ARCHIVE = "https://codeberg.test/acme/hub/archive/"
FORGEJO: dict[str, object] = {
    "nodes/hub/original": {"type": "tarball", "url": f"{ARCHIVE}main.tar.gz"},
    "nodes/hub/locked": {"type": "tarball", "url": f"{ARCHIVE}{rev(18)}.tar.gz", "narHash": nar_hash(18)},
}
FORGEJO_MOVED: dict[str, object] = {
    "nodes/hub/locked/url": f"{ARCHIVE}{rev(90)}.tar.gz",
    "nodes/hub/locked/narHash": nar_hash(90),
}
TRUSTED = (
    Row(
        "provenance-parent",
        HOLD,
        "a name in a registry leads elsewhere",
        known(TOOL | EVIL_LIB, old=INDIRECT, says=TOOL),
        "registries are not asked",
        "tool/lib",
    ),
    Row(
        "provenance-parent",
        REFUSE,
        "an older revision than its parent's lock says, on the same ref",
        known(TOOL | moved("lib", 91), says=TOOL | moved("lib", 92)),
        "neither what its parent's lock says",
        "tool/lib",
    ),
    Row(
        "provenance-parent",
        HOLD,
        "the parent's content is not what is locked",
        known(TOOL | moved("lib", 91), contents(lambda found: replace(found, nar_hash=nar_hash(1)), repo="tool")),
        "the content of its parent is not what is locked",
        "tool/lib",
    ),
    Row(
        "provenance-ref",
        HOLD,
        "an archive by a commit, which may be of anybody's fork",
        known(
            FORGEJO_MOVED,
            contents(lambda found: replace(found, nar_hash=nar_hash(91)), url=f"{ARCHIVE}main.tar.gz"),
            old=FORGEJO,
        ),
        "it serves something else now",
        "hub",
    ),
)

UNMOVED = (
    Row(
        "lock-unmoved-parent",
        REFUSE,
        "a revision on its ref, though its parent's lock still says another",
        known(moved("parts", 90), says={}),
        "nothing that declares it moved",
        "tool/parts",
    ),
    Row(
        "provenance-parent",
        REFUSE,
        "the same, by the word of its parent",
        known(moved("parts", 90), says={}),
        "neither what its parent's lock says",
        "tool/parts",
    ),
)

REMOVED = (
    Row(
        "provenance-removed",
        REFUSE,
        "its parent's lock still has it",
        known(TOOL | LIB_ALONE, says=TOOL, flake="{ outputs = { self, core }: { }; }"),
        "still declares it",
        "tool/lib/core",
    ),
    Row(
        "provenance-removed",
        REFUSE,
        "its parent has no lock, and still takes it",
        known(
            TOOL | {"nodes/tool/inputs/parts": GONE, "nodes/parts": GONE, "nodes/root/inputs/alias": ["tool", "lib"]},
            old={"nodes/root/inputs/alias": ["tool", "lib"]},
            unlocked=("tool",),
            flake='{ inputs.parts.url = "github:acme/parts"; }',
        ),
        "still declares it",
        "tool/parts",
    ),
    Row(
        "provenance-removed",
        HOLD,
        "nobody can say",
        known(TOOL | LIB_ALONE, silent_contents(repo="tool")),
        "is not known: nobody answers",
        "tool/lib/core",
    ),
)

CONTENT = (
    Row(
        "provenance-content",
        REFUSE,
        "another narHash",
        known(NIXPKGS, _found(nar_hash=nar_hash(91))),
        "has the narHash",
        "nixpkgs",
    ),
    Row(
        "provenance-content",
        REFUSE,
        "another time",
        known(NIXPKGS, _dated(1)),
        'has the lastModified "1700000090", but its content has "1"',
        "nixpkgs",
    ),
    Row(
        "provenance-content",
        REFUSE,
        "another count of revisions",
        known(
            moved("vcs", 90) | {"nodes/vcs/locked/revCount": 12},
            contents(lambda found: replace(found, rev_count=11), type="git"),
        ),
        "has the revCount",
        "vcs",
    ),
    Row(
        "provenance-content",
        REFUSE,
        "what a parent's lock says is not what is there",
        known(TOOL | moved("lib", 91), contents(lambda found: replace(found, nar_hash=nar_hash(92)), repo="lib")),
        "has the narHash",
        "tool/lib",
    ),
    Row(
        "provenance-content",
        HOLD,
        "a link serves something else by now",
        known(
            {"nodes/file/locked/narHash": nar_hash(90)},
            contents(lambda found: replace(found, nar_hash=nar_hash(91)), url="https://example.org/list.txt"),
        ),
        "has the narHash",
        "file",
    ),
    Row(
        "provenance-content",
        HOLD,
        "it cannot be fetched",
        known(NIXPKGS, silent_contents(repo="nixpkgs")),
        "could not be fetched again: nobody answers",
        "nixpkgs",
    ),
)

UNTRACEABLE = (
    Row(
        "provenance-untraceable",
        HOLD,
        "a revision of Mercurial's",
        known(HG_MOVED, old=HG),
        'of the type "hg"',
        "vcs",
    ),
)


def _chosen(new: Edits, *noted: Choice) -> Locks:
    return Locks(new=lock(new), choices=noted)


OF_NIXPKGS = Choice(input="nixpkgs", ref="nixos-unstable", revision=rev(90), seen_at=NOW)

CHOSEN = (
    Row(
        "lock-chosen",
        REFUSE,
        "another revision",
        _chosen(moved("nixpkgs", 91), OF_NIXPKGS),
        f'locked to "{rev(91)}", but "{rev(90)}" was chosen',
        "nixpkgs",
    ),
    Row(
        "lock-chosen",
        REFUSE,
        "of another ref",
        _chosen(moved("nixpkgs", 90), replace(OF_NIXPKGS, ref=None)),
        "was chosen",
        "nixpkgs",
    ),
    Row("lock-chosen", REFUSE, "nothing at all", _chosen(moved("leaf", 90)), "no revision was chosen", "sub/leaf"),
    Row("lock-chosen", REFUSE, "for an input that stays", _chosen({}, OF_NIXPKGS), "which did not move", "nixpkgs"),
)

AGE = (
    Row(
        "min-age",
        WAIT,
        "the tip since yesterday",
        known(NIXPKGS, tips_of(timedelta(days=1)), expectation=WEEK),
        "moves to a revision of 24 hours ago, expected 7 days",
        "nixpkgs",
    ),
    Row(
        "min-age",
        WAIT,
        "the tip for minutes",
        known(NIXPKGS, tips_of(timedelta(minutes=1)), expectation=WEEK),
        "less than an hour ago",
        "nixpkgs",
    ),
    Row(
        "min-age",
        WAIT,
        "the clock of the host is a little ahead",
        known(NIXPKGS, tips_of(timedelta(minutes=-1)), expectation=WEEK),
        "less than an hour ago",
        "nixpkgs",
    ),
    Row(
        "min-age",
        HOLD,
        "a time to come",
        known(NIXPKGS, tips_of(timedelta(hours=-1)), expectation=WEEK),
        "has not come yet",
        "nixpkgs",
    ),
    Row(
        "min-age",
        WAIT,
        "no record, and a commit of this week",
        known(
            NIXPKGS | {"nodes/nixpkgs/locked/lastModified": int(NOW.timestamp()) - 99},
            unrecorded_tips,
            expectation=WEEK,
        ),
        "less than an hour ago",
        "nixpkgs",
    ),
    Row(
        "min-age",
        HOLD,
        "no record, and no time",
        known(NIXPKGS, unrecorded_tips, _found(last_modified=None), expectation=WEEK),
        "neither its host nor its content",
        "nixpkgs",
    ),
    Row(
        "min-age",
        HOLD,
        "nothing at all is known",
        known(NIXPKGS, unrecorded_tips, silent_contents(repo="nixpkgs"), expectation=WEEK),
        "nobody answers",
        "nixpkgs",
    ),
    Row(
        "min-age",
        HOLD,
        "a record that is silent, and a commit that says it is old",
        known(NIXPKGS, silent_tips, expectation=WEEK),
        "has been at its revision: nobody answers",
        "nixpkgs",
    ),
    Row(
        "min-age",
        WAIT,
        "a link has no record",
        known(
            {"nodes/file/locked/narHash": nar_hash(90)},
            contents(
                lambda found: replace(found, last_modified=int(NOW.timestamp())), url="https://example.org/list.txt"
            ),
            expectation=WEEK,
        ),
        "less than an hour ago",
        "file",
    ),
    Row(
        "min-age",
        WAIT,
        "its own glob comes last",
        known(
            NIXPKGS,
            tips_of(timedelta(days=20)),
            expectation=LockExpectation(min_age=(("**", timedelta(0)), ("nix*", timedelta(days=30)))),
        ),
        "expected 30 days",
        "nixpkgs",
    ),
)

ROWS = (*REF, *PARENT, *TRUSTED, *UNMOVED, *REMOVED, *CONTENT, *UNTRACEABLE, *CHOSEN, *AGE)
"""Everything that the rules about provenance and age object to."""

REFOLLOWED: dict[str, object] = {"nodes/lib/inputs/off": ["tool", "parts"]}
INDIRECT_LIB: dict[str, object] = {"nodes/tool/inputs/nixpkgs": ["plain"]}
CLEAN: dict[str, Locks] = {
    "everything on its ref": known(NIXPKGS | TOOL | moved("vcs", 91) | moved("leaf", 92) | moved("named", 93)),
    "what a parent's lock brings": known(TOOL | moved("lib", 91) | moved("core", 92)),
    "an older revision that a parent's lock brings": known(TOOL | moved("lib", 91, back=True)),
    "an input of a parent that has no lock and stays": known(moved("parts", 90), unlocked=("tool",)),
    "what a lock further up lets follow": known(
        TOOL | {"nodes/lib/inputs/off": ["tool", "parts"]}, unlocked=("tool/lib",)
    ),
    "what a flake.nix further up lets follow": known(
        TOOL | moved("lib", 91) | {"nodes/lib/inputs/off": ["tool", "parts"]},
        unlocked=("tool", "tool/lib"),
        flake='{ inputs.lib.url = "github:acme/lib"; inputs.lib.inputs.off.follows = "parts"; }',
    ),
    "another host that a parent's lock names": known(TOOL | ELSEWHERE | moved("lib", 91)),
    "an input more": known(TOOL | NEW_BELOW_LIB),
    "an input less": known(TOOL | LIB_ALONE),
    "an input less, all of whose inputs go with it": known(
        TOOL | {"nodes/tool/inputs/lib": GONE, "nodes/tool/inputs/own": GONE, "nodes/lib": GONE, "nodes/core": GONE}
    ),
    "another follows": known(TOOL | REFOLLOWED),
    "an input that follows instead of its own": known(
        TOOL | {"nodes/tool/inputs/parts": ["tool", "lib"], "nodes/parts": GONE}
    ),
    "a parent without a lock": known(
        TOOL | moved("lib", 91), unlocked=("tool",), flake='{ inputs.lib.url = "github:acme/lib"; }'
    ),
    "a new input of a parent without a lock": known(
        TOOL | {"nodes/tool/inputs/new": "new", "nodes/new": forge("new", 91, None, ref="next")},
        unlocked=("tool",),
        flake='{ inputs.new.url = "github:acme/new/next"; }',
    ),
    "a new follows of a parent without a lock": known(
        TOOL | {"nodes/tool/inputs/more": ["tool", "parts"]},
        unlocked=("tool",),
        flake='{ inputs.more.follows = "parts"; }',
    ),
    "an input less of a parent without a lock": known(
        TOOL | {"nodes/tool/inputs/own": GONE}, unlocked=("tool",), flake="{ outputs = { self, lib }: lib.own; }"
    ),
    "an input of a parent that is no flake any more": known(
        TOOL | {"nodes/tool/inputs/own": GONE},
        contents(lambda found: replace(found, flake=None, lock=None), repo="tool"),
    ),
    "the inputs of an input that is taken as no flake any more, whatever its flake.nix declares": known(
        TOOL | {"nodes/lib/flake": False, "nodes/lib/inputs": GONE, "nodes/core": GONE},
        contents(lambda found: replace(found, flake=b"{ inputs.core = { }; }", lock=None), repo="lib"),
        unlocked=("tool",),
        flake='{ inputs.lib = { url = "github:acme/lib"; flake = false; }; }',
    ),
    "a follows that this repository says": known(
        TOOL | {"nodes/tool/inputs/more": ["plain"]},
        says=TOOL,
        own_flake=b'{ inputs.tool.inputs.more.follows = "plain"; }',
    ),
    "a folder of a parent's tree": known(
        TOOL
        | {
            "nodes/tool/inputs/new": "new",
            "nodes/new": {"locked": {"type": "path", "path": "./new"}, "original": {"type": "path", "path": "./new"}}
            | {"parent": ["tool"], "inputs": {"deep": "deep"}},
            "nodes/deep": forge("deep", 91),
        }
    ),
    "an archive by a commit that its link serves": known(FORGEJO_MOVED, old=FORGEJO),
    "an input of an input that this repository declares itself": known(
        TOOL | moved("lib", 91),
        says=TOOL,
        own_flake=b'{ inputs.tool.inputs.lib.url = "github:acme/lib"; }',
    ),
    "an override, as old versions of Nix write it": _overridden(),
    "an input that was overridden by hand and comes back to what its parent's lock says": known(
        {"nodes/lib/locked/owner": "acme", **moved("lib", 12)},
        old={**moved("lib", 91), "nodes/lib/locked/owner": "else"},
        says={"nodes/lib/locked/owner": "acme", **moved("lib", 12)},
    ),
    "an input of a registry's, where it was": known(TOOL | moved("lib", 91), old=INDIRECT, unlocked=("tool",)),
    "a channel that moved on since": known(
        CHANNEL,
        contents(
            lambda found: replace(found, nar_hash=nar_hash(91)),
            url="https://channels.nixos.org/nixos-unstable/nixexprs.tar.xz",
        ),
    ),
    "a link whose server keeps the file elsewhere now": known(
        {"nodes/file/locked/url": "https://files.example.net/list.txt", "nodes/file/locked/narHash": nar_hash(90)}
    ),
    "a folder of this machine": known({"nodes/folder/locked/narHash": nar_hash(90)}),
    "another default branch": known(moved("vcs", 90) | {"nodes/vcs/locked/ref": "refs/heads/trunk"}),
    "what was chosen": _chosen(moved("nixpkgs", 90), OF_NIXPKGS),
    "a link that was chosen by its hash": _chosen(
        {"nodes/file/locked/narHash": nar_hash(90)},
        Choice(input="file", ref=None, revision=nar_hash(90), seen_at=NOW),
    ),
    "what is old enough": known(NIXPKGS, expectation=WEEK),
    "what is old enough by its commit, where nobody keeps a record": known(NIXPKGS, unrecorded_tips, expectation=WEEK),
    "what is pinned has no age": known(
        moved("lib", 91) | TOOL, silent_tips, tips_of(timedelta(days=8)), expectation=WEEK
    ),
}
"""Updates that nobody has to look at, with what is known of them."""
