"""Attacks on what a single input is locked to: each leaves the graph as it is and the names as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flakebot.policy.verdict import Severity
from tests.attacks.attack import Attack, in_lock
from tests.attacks.proof import Nix
from tests.attacks.updates import Fields, Forged, Update, fields
from tests.lock.samples import GONE, edited, written

EVIL_REV = "e" * 40
EVIL_HASH = f"sha256-{'e' * 42}A="
_REVISIONED = ("github", "git")
_REGISTERED = "known"
"""The input that asks for a name in a registry, and so for no place."""

Forge = Callable[[Update], Iterator[Forged]]


def _locked(attribute: str, *values: object, kinds: tuple[str, ...] = ()) -> Forge:
    """Lock every input of some types to something else than it asks for, one input at a time."""

    def forge(update: Update) -> Iterator[Forged]:
        for name, _ in update.nodes(*kinds):
            for value in values if name != _REGISTERED else ():
                yield update.forged(f"{name}.{attribute} = {value}", {f"nodes/{name}/locked/{attribute}": value})

    return forge


def _present(attribute: str, *values: object, kinds: tuple[str, ...] = ()) -> Forge:
    """Change an attribute that every input of some types has, one input at a time."""

    def forge(update: Update) -> Iterator[Forged]:
        for name, locked in update.nodes(*kinds):
            for value in values if attribute in locked else ():
                yield update.forged(f"{name}.{attribute} = {value!r}", {f"nodes/{name}/locked/{attribute}": value})

    return forge


def _replaced(**locked: object) -> Forge:
    """Lock every input to something of another type altogether."""

    def forge(update: Update) -> Iterator[Forged]:
        for name, _ in update.nodes("github"):
            if name != _REGISTERED:
                yield update.forged(name, {f"nodes/{name}/locked": locked | {"narHash": EVIL_HASH}})

    return forge


def _redirected(update: Update) -> Iterator[Forged]:
    for url in (
        "https://mallory.example/main.tar.gz",
        "https://github.com/mallory/pack/archive/main.tar.gz",
        "file:///x",
    ):
        for name in ("pack", "list"):
            yield update.forged(f"{name}: {url}", {f"nodes/{name}/locked/url": url})


def _of_a_fork(update: Update) -> Iterator[Forged]:
    for name in ("pack", "list"):
        for version in (EVIL_REV, "0.1"):
            url = f"https://github.com/nixlab/{name}/archive/{version}.tar.gz"
            yield update.forged(f"{name}: {url}", {f"nodes/{name}/locked/url": url})


def _registered(update: Update) -> Iterator[Forged]:
    for attribute, value in (("owner", "mallory"), ("repo", "evil"), ("host", "evil.example"), ("dir", "evil")):
        yield update.forged(attribute, {f"nodes/{_REGISTERED}/locked/{attribute}": value})


def _before(update: Update, name: str) -> Fields:
    return fields(update.document(update.before), "nodes", name, "locked")


def _same_revision(attribute: str, value: object) -> Forge:
    """Keep the old revision of each input and change what it fixes."""

    def forge(update: Update) -> Iterator[Forged]:
        for name, _ in update.nodes(*_REVISIONED):
            if attribute in (before := _before(update, name)):
                yield update.forged(name, {f"nodes/{name}/locked": before | {attribute: value}})

    return forge


def _rolled_back(update: Update) -> Iterator[Forged]:
    """Answer the update with the older revision of one of this repository's own inputs."""
    for name, locked in update.nodes(*_REVISIONED):
        if name not in {"base", "core", "tools"} and (older := _before(update, name)) != locked:
            new = written(edited(update.document(), {f"nodes/{name}/locked": older}))
            yield Forged(where=name, old=update.new, new=new)


def _all_rolled_back(update: Update) -> Iterator[Forged]:
    yield Forged(where="everything", old=update.new, new=update.old)


def _fewer_commits(update: Update) -> Iterator[Forged]:
    for name, locked in update.nodes("git"):
        if locked != _before(update, name):
            yield update.forged(name, {f"nodes/{name}/locked/revCount": 0})


def _undated(update: Update) -> Iterator[Forged]:
    for name, locked in update.nodes(*_REVISIONED):
        if name not in {"base", "core", "tools"} and locked != _before(update, name):
            yield update.forged(name, {f"nodes/{name}/locked/lastModified": GONE})


def _pinned(update: Update) -> Iterator[Forged]:
    """Move what a revision pins, below a home that moved: the tools that a rebuilt home asks for."""
    graph = update.document("graph")
    nodes = {name: fields(graph, "nodes", name) for name in fields(graph, "nodes") if name != "root"}
    (pinned,) = (name for name in nodes if "rev" in fields(nodes[name], "original"))
    moved = {f"nodes/{name}/locked/rev": EVIL_REV for name in ("home", pinned)}
    yield Forged(where=pinned, old=written(graph), new=written(edited(graph, moved)))


def _unserved(update: Update) -> Iterator[Forged]:
    """Take its revision from a tarball whose server names one, as FlakeHub and Forgejo do."""
    served = {"nodes/pack/locked/rev": "a" * 40}
    old = written(edited(update.document(update.before), served))
    yield Forged(where="pack", old=old, new=update.new)


def _another_default(update: Update) -> Iterator[Forged]:
    yield update.forged("vcs", {"nodes/vcs/locked/ref": "refs/heads/evil", "nodes/vcs/locked/rev": EVIL_REV})


_HASHES = {
    "of another algorithm": ("sha1-" + "A" * 27 + "=", "md5-" + "A" * 22 + "==", "sha512-" + "A" * 86 + "=="),
    "in another base": ("sha256-" + "0" * 64, "sha256:" + "0" * 52, "0" * 64),
    "cut or padded": (
        "sha256-",
        "sha256-" + "A" * 40 + "=",
        "sha256-" + "A" * 43 + "=\n",
        "",
        " sha256-" + "A" * 43 + "=",
    ),
    "with bits that do not count": ("sha256-" + "A" * 42 + "B=", "sha256-" + "A" * 42 + "/="),
}
_PROOFS = {"with bits that do not count": Nix.TAKES}
"""Nix 2.8 reads the other hashes at once, and newer ones when they are needed."""

ATTACKS: tuple[Attack, ...] = (
    in_lock(
        "locked to another owner than it asks for",
        "lock-original",
        _locked("owner", "mallory", "nixIab", kinds=("github",)),
        proof=Nix.RUNS,
    ),
    in_lock(
        "locked to another repository than it asks for",
        "lock-original",
        _locked("repo", "evil", kinds=("github",)),
        proof=Nix.RUNS,
    ),
    in_lock(
        "locked to another host than it asks for", "lock-original", _locked("host", "evil.example", kinds=("github",))
    ),
    in_lock(
        "locked to another folder than it asks for",
        "lock-original",
        _locked("dir", "evil", "../evil", kinds=_REVISIONED),
    ),
    in_lock(
        "locked to another address of git than it asks for",
        "lock-original",
        _present("url", "https://mallory.example/vcs", "ssh://github.com/nixlab/vcs", kinds=("git",)),
    ),
    in_lock(
        "locked to another branch than it asks for",
        "lock-original",
        lambda update: iter([update.forged("branch", {"nodes/branch/locked/ref": "evil"})]),
    ),
    in_lock(
        "locked with submodules that it does not ask for", "lock-original", _locked("submodules", True, kinds=("git",))
    ),
    in_lock(
        "locked to another folder of this repository",
        "lock-original",
        _present("path", "./evil", "../sub", kinds=("path",)),
    ),
    in_lock(
        "locked to a repository of plain git in place of a forge",
        "lock-original",
        _replaced(type="git", url="https://mallory.example/x", rev=EVIL_REV),
    ),
    in_lock(
        "locked to a tarball in place of a forge",
        "lock-original",
        _replaced(type="tarball", url="https://mallory.example/x.tar.gz"),
    ),
    in_lock(
        "locked to a folder of the machine in place of a forge",
        "lock-original",
        _replaced(type="path", path="/srv/evil"),
    ),
    in_lock("what a revision pins is locked to another one", "lock-original", _pinned),
    in_lock("a link is locked to another address", "lock-location", _redirected, proof=Nix.RUNS),
    in_lock("a link is locked to another version, a commit of any fork's", "lock-location", _of_a_fork),
    in_lock("a name of a registry is locked to another place", "lock-location", _registered, proof=Nix.RUNS),
    in_lock(
        "locked to a name that everybody's registry resolves otherwise",
        "lock-unlocked",
        _replaced(type="indirect", id="lib"),
    ),
    in_lock(
        "locked to no revision, so that the newest is taken each time",
        "lock-unlocked",
        _present("rev", GONE, kinds=_REVISIONED),
    ),
    in_lock(
        "locked to a work tree with changes that nobody committed",
        "lock-unlocked",
        _locked("dirtyRev", f"{EVIL_REV}-dirty", kinds=("git",)),
        proof=Nix.NEWER_TAKES,
    ),
    in_lock(
        "locked to a branch by its name",
        "lock-rev",
        _present("rev", "main", "refs/heads/main", "HEAD", kinds=_REVISIONED),
        proof=Nix.FAILS,
    ),
    in_lock(
        "locked to a part of a revision, which others can also begin with",
        "lock-rev",
        _present("rev", "e" * 7, "e" * 39, "e" * 41),
        proof=Nix.FAILS,
    ),
    in_lock(
        "locked to a revision with something more in it",
        "lock-rev",
        _present("rev", "E" * 40, "e" * 40 + "\n", "e" * 39 + "\u0665", "../" + "e" * 37),
    ),
    in_lock(
        "without a hash, so that any content would do",
        "lock-nar-hash",
        _present("narHash", GONE, kinds=("github", "git", "tarball")),
    ),
    *(
        in_lock(f"a hash {how}", "lock-nar-hash", _present("narHash", *hashes), proof=_PROOFS.get(how, Nix.NEWER_TAKES))
        for how, hashes in _HASHES.items()
    ),
    in_lock(
        "an attribute that its type has not",
        "lock-attributes",
        _locked("unpack", True, kinds=_REVISIONED),
        proof=Nix.FAILS,
    ),
    in_lock(
        "an attribute of another type of value",
        "lock-attributes",
        _present("lastModified", "1999999999", True),
        proof=Nix.FAILS,
    ),
    in_lock("without a type", "lock-attributes", _present("type", GONE, 7), proof=Nix.FAILS),
    in_lock(
        "without the address that its type needs",
        "lock-attributes",
        _present("url", GONE, kinds=("git", "tarball")),
        proof=Nix.FAILS,
    ),
    in_lock("without the owner that its type needs", "lock-attributes", _present("owner", GONE), proof=Nix.FAILS),
    in_lock("the same revision with another content", "lock-same-revision", _same_revision("narHash", EVIL_HASH)),
    in_lock("the same revision at another time", "lock-same-revision", _same_revision("lastModified", 1999999999)),
    in_lock(
        "the same revision with another number of commits before it",
        "lock-same-revision",
        _same_revision("revCount", 99),
    ),
    in_lock("one input goes back to a revision with a known hole", "lock-downgrade", _rolled_back),
    in_lock("everything goes back to how it was", "lock-downgrade", _all_rolled_back),
    in_lock("an input goes back behind a date that was set forward", "lock-downgrade", _fewer_commits),
    in_lock("an input hides how old it is", "lock-downgrade", _undated),
    in_lock(
        "a server no longer says which revision it serves", "lock-lost-revision", _unserved, severity=Severity.HOLD
    ),
    in_lock("the default branch became another one", "lock-ref", _another_default, severity=Severity.HOLD),
)
