"""Everything that the rules about one lock object to: the edits of the sample that make the old and the new lock."""

from __future__ import annotations

from msgspec import Struct, field
from msgspec.structs import replace

from flakebot.model import Choice
from flakebot.model.provenance import Facts
from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.verdict import Severity
from tests.lock.samples import GONE, Edits, edited, forge, ladder, lock, moved, nar_hash, rev, sample, written
from tests.policy.rows import Row

REFUSE, HOLD, NOTE = Severity.REFUSE, Severity.HOLD, Severity.NOTE


class Locks(Struct, frozen=True, kw_only=True):
    """Both locks as bytes, what the configuration says, and what others say of the new lock's content."""

    old: bytes | None = field(default_factory=lock)
    new: bytes | None = field(default_factory=lock)
    expectation: LockExpectation = field(default_factory=LockExpectation)
    facts: Facts | None = None
    flake: bytes | None = None
    choices: tuple[Choice, ...] | None = None

    @property
    def evidence(self) -> LockEvidence:
        return LockEvidence(path="flake.lock", old=self.old, new=self.new, flake=self.flake, choices=self.choices)


def _to(new: Edits, old: Edits | None = None) -> Locks:
    before = edited(sample(), old or {})
    return Locks(old=written(before), new=written(edited(before, new)))


def _first(new: Edits) -> Locks:
    """Return a lock where none was, without the folder, which a person has to look at anyway."""
    return Locks(old=None, new=lock({**new, "nodes/root/inputs/folder": GONE, "nodes/folder": GONE}))


def _held(glob: str, new: Edits) -> Locks:
    return Locks(new=lock(new), expectation=LockExpectation(hold=(glob,)))


def _bound(
    new: Edits, old: Edits | None = None, *, allow_hosts: tuple[str, ...] = (), allow_owners: tuple[str, ...] = ()
) -> Locks:
    bound = LockExpectation(allow_hosts=allow_hosts, allow_owners=allow_owners)
    return replace(_to(new, old), expectation=bound)


_TOOL = moved("tool", 90)
_YOUNG = moved("lib", 900_000)
_HUB = "https://api.flakehub.com/f/pinned/acme/hub/0.1.8/018afb31/source.tar.gz"
_OTHER = {"type": "github", "owner": "acme", "repo": "new"}

DOCUMENT = (
    Row("lock-missing", REFUSE, "the lock is gone", Locks(new=None), "does not exist after the change"),
    Row("lock-missing", REFUSE, "there never was one", Locks(old=None, new=None), "does not exist after the change"),
    Row("lock-appeared", HOLD, "the lock is new", _first({}), "flake.lock is new"),
    Row("lock-json", REFUSE, "it is something else", Locks(new=b"{}"), "not a lock: expected an object"),
    Row("lock-json", HOLD, "it was something else", Locks(old=b"{}"), "of the base cannot be compared with"),
    Row(
        "lock-duplicate-key",
        REFUSE,
        "a key stands twice",
        Locks(new=lock().replace(b'"repo": "lib"', b'"repo": "evil",\n        "repo": "lib"', 1)),
        'the key "repo" stands twice',
    ),
    Row("lock-size", REFUSE, "a path is too long", _to({"nodes/root/inputs/x": ["tool"] * 65}), "65 names"),
    Row(
        "lock-size", REFUSE, "too many pairs of nodes", Locks(old=ladder(0), new=ladder(1)), "too many pairs to compare"
    ),
    Row("lock-version", REFUSE, "no Nix writes that version", _to({"version": 8}), 'version "8", expected 7'),
    Row("lock-version", HOLD, "the base has a version from before", Locks(old=lock({"version": 5})), 'version "5"'),
    Row("lock-field", REFUSE, "a field is unknown", _to({"nodes/lib/evil": 1}), 'unknown field "evil"'),
    Row("lock-reference", REFUSE, "a node is missing", _to({"nodes/root/inputs/tool": "gone"}), "which is missing"),
    Row("lock-follows", REFUSE, "a follows leads nowhere", _to({"nodes/root/inputs/alias": ["gone"]}), "to nothing"),
    Row("lock-unreachable", REFUSE, "a node idles", _to({"nodes/idle": forge("idle", 1)}), 'node "idle"'),
    Row(
        "lock-shared-node",
        HOLD,
        "two inputs with the same content become one node",
        Locks(
            old=lock({"nodes/root/inputs/more": "more", "nodes/more": forge("parts", 14)}),
            new=lock({"nodes/root/inputs/more": "parts"}),
        ),
        'node "parts" is several inputs at once: more, tool/parts',
    ),
    Row("lock-canonical", REFUSE, "the last newline is gone", Locks(new=lock()[:-1]), "from line "),
    Row(
        "lock-canonical",
        REFUSE,
        "there is a blank more",
        Locks(new=lock().replace(b"{\n", b"{ \n", 1)),
        "from line 1 on",
    ),
    Row(
        "lock-canonical",
        REFUSE,
        "a letter is escaped",
        Locks(new=lock().replace(b'"acme"', b'"\\u0061cme"', 1)),
        "from line ",
    ),
    Row("lock-canonical", REFUSE, "the default is spelled out", _to({"nodes/lib/flake": True}), "as Nix writes it"),
    Row("lock-canonical", REFUSE, "it begins with a mark", Locks(new=b"\xef\xbb\xbf" + lock()), "from line 1 on"),
    Row(
        "lock-version-changed",
        HOLD,
        "Nix changed its format",
        Locks(old=lock({"version": 6})),
        "from version 6 to version 7",
    ),
)

ALLOWED = (
    Row(
        "lock-allowed-hosts",
        REFUSE,
        "a host that is not named",
        _bound(moved("vcs", 90), allow_hosts=("github.com", "*.example.org")),
        'comes from "vcs.test", expected "github.com" or "*.example.org"',
        "vcs",
    ),
    Row(
        "lock-allowed-hosts",
        REFUSE,
        "a server of their own",
        _bound(
            moved("nixpkgs", 90),
            {f"nodes/nixpkgs/{side}/host": "evil.test" for side in ("locked", "original")},
            allow_hosts=("github.com",),
        ),
        'comes from "evil.test"',
        "nixpkgs",
    ),
    Row(
        "lock-allowed-hosts",
        REFUSE,
        "a folder has no host",
        _bound({"nodes/folder/locked/narHash": nar_hash(90)}, allow_hosts=("github.com",)),
        'comes from "this machine"',
        "folder",
    ),
    Row(
        "lock-allowed-hosts",
        REFUSE,
        "an address without an end",
        _bound(
            moved("vcs", 90),
            {f"nodes/vcs/{side}/url": "https://[::1/v" for side in ("locked", "original")},
            allow_hosts=("github.com",),
        ),
        'comes from "this machine"',
        "vcs",
    ),
    Row(
        "lock-allowed-owners",
        REFUSE,
        "an owner that is not named",
        _bound(moved("nixpkgs", 90), allow_owners=("github.com/NixOS", "gitlab.com/*")),
        'is of "github.com/acme", expected "github.com/NixOS" or "gitlab.com/*"',
        "nixpkgs",
    ),
    Row(
        "lock-allowed-owners",
        REFUSE,
        "an address of nobody's",
        _bound(moved("vcs", 90), allow_owners=("vcs.test/?*",)),
        'is of "vcs.test/"',
        "vcs",
    ),
)

CONTENT = (
    Row(
        "lock-attributes",
        REFUSE,
        "an attribute is unknown",
        _to({"nodes/lib/locked/x": 1, **_TOOL}),
        '"x", which',
        "tool/lib",
    ),
    Row(
        "lock-attributes",
        REFUSE,
        "a number is text",
        _to(moved("vcs", 90) | {"nodes/vcs/locked/revCount": "9"}),
        "an integer",
        "vcs",
    ),
    Row(
        "lock-attributes",
        REFUSE,
        "true is a number",
        _to(_TOOL | {"nodes/vcs/locked/shallow": 1, "nodes/vcs/original/shallow": 1}),
        "true or false",
        "vcs",
    ),
    Row(
        "lock-attributes",
        REFUSE,
        "a part is missing",
        _to(
            {
                "nodes/new": {"locked": {"type": "path", "narHash": nar_hash(1)}, "original": {"type": "path"}},
                "nodes/lib/inputs/new": "new",
                **_TOOL,
            }
        ),
        "no path, which",
        "tool/lib/new",
    ),
    Row(
        "lock-attributes",
        REFUSE,
        "there is no type",
        _to({"nodes/lib/locked/type": GONE, "nodes/lib/original/type": GONE, **_TOOL}),
        "has no type",
        "tool/lib",
    ),
    Row(
        "lock-attributes",
        REFUSE,
        "the type is a number",
        _to({"nodes/lib/locked/type": 1, "nodes/lib/original/type": 1, **_TOOL}),
        'has the type "1"',
        "tool/lib",
    ),
    Row(
        "lock-type",
        HOLD,
        "a folder of one machine moves",
        _to({"nodes/folder/locked/narHash": nar_hash(91)}),
        "a folder of one machine",
        "folder",
    ),
    Row(
        "lock-type",
        HOLD,
        "an input of an unknown type moves",
        _to(
            {"nodes/lib/locked/rev": rev(3), "nodes/lib/locked/narHash": nar_hash(3), **_TOOL},
            {"nodes/lib/locked/type": "pijul", "nodes/lib/original/type": "pijul"},
        ),
        'the unknown type "pijul"',
        "tool/lib",
    ),
    Row(
        "lock-unlocked",
        REFUSE,
        "a work tree was dirty",
        _to(
            {"nodes/vcs/locked/dirtyRev": "x-dirty", "nodes/vcs/original/dirtyRev": "x-dirty", **_TOOL},
        ),
        "changes of its own",
        "vcs",
    ),
    Row(
        "lock-unlocked",
        REFUSE,
        "a name in a registry",
        _to({"nodes/named/locked": {"type": "indirect", "id": "named", "narHash": nar_hash(20)}}),
        "a name in a registry",
        "named",
    ),
    Row(
        "lock-unlocked",
        REFUSE,
        "no revision",
        _to({"nodes/nixpkgs/locked/rev": GONE}),
        "locked to no revision",
        "nixpkgs",
    ),
    Row(
        "lock-rev",
        REFUSE,
        "half a revision",
        _to(moved("nixpkgs", 90) | {"nodes/nixpkgs/locked/rev": "abc"}),
        'the revision "abc"',
        "nixpkgs",
    ),
    Row(
        "lock-rev",
        REFUSE,
        "a revision in capitals",
        _to(moved("nixpkgs", 90) | {"nodes/nixpkgs/locked/rev": "A" * 40}),
        "hexadecimal",
        "nixpkgs",
    ),
    Row(
        "lock-nar-hash",
        REFUSE,
        "no hash",
        _to(moved("nixpkgs", 90) | {"nodes/nixpkgs/locked/narHash": GONE}),
        "any content would do",
        "nixpkgs",
    ),
    Row(
        "lock-nar-hash",
        REFUSE,
        "the hash of a folder is gone, which old versions of Nix write",
        _to({"nodes/sub/locked/narHash": GONE}, {"nodes/sub/parent": GONE, "nodes/sub/locked/narHash": nar_hash(90)}),
        "any content would do",
        "sub",
    ),
    Row(
        "lock-nar-hash",
        REFUSE,
        "a hash too short",
        _to(moved("nixpkgs", 90) | {"nodes/nixpkgs/locked/narHash": nar_hash(1)[:-1]}),
        "44 digits",
        "nixpkgs",
    ),
    Row(
        "lock-nar-hash",
        REFUSE,
        "a hash with bits too many",
        _to(moved("nixpkgs", 90) | {"nodes/nixpkgs/locked/narHash": nar_hash(1)[:-2] + "B="}),
        "44 digits",
        "nixpkgs",
    ),
    Row(
        "lock-nar-hash",
        REFUSE,
        "a weaker hash",
        _to(moved("nixpkgs", 90) | {"nodes/nixpkgs/locked/narHash": "sha1-" + "A" * 27 + "="}),
        "sha256-",
        "nixpkgs",
    ),
    Row(
        "lock-nar-hash",
        REFUSE,
        "a hash in hexadecimal",
        _to(moved("nixpkgs", 90) | {"nodes/nixpkgs/locked/narHash": "sha256:" + "0" * 64}),
        "sha256-",
        "nixpkgs",
    ),
    Row(
        "lock-original",
        REFUSE,
        "another repository below an input that moved",
        _to({"nodes/lib/locked/repo": "evil", **_TOOL}),
        'repo "evil", but asks for "lib"',
        "tool/lib",
    ),
    Row("lock-original", REFUSE, "a revision that is pinned moves", _to(moved("pinned", 90)), "but asks for", "pinned"),
    Row(
        "lock-original",
        REFUSE,
        "an input of this repository, as before",
        _to(moved("plain", 90), {"nodes/plain/locked/owner": "else"}),
        'owner "else", but asks for "acme"',
        "plain",
    ),
    Row(
        "lock-original",
        REFUSE,
        "an input of an input, as before, and now from yet another place",
        _to(_TOOL | {"nodes/lib/locked/owner": "evil"}, {"nodes/lib/locked/owner": "else"}),
        'owner "evil", but asks for "acme"',
        "tool/lib",
    ),
    Row(
        "lock-original",
        REFUSE,
        "a revision of an input of an input that is pinned, as before",
        _to(_TOOL | moved("lib", 90), {"nodes/lib/original/rev": rev(5)}),
        "but asks for",
        "tool/lib",
    ),
    Row(
        "lock-original",
        REFUSE,
        "an input that is new",
        _to({"nodes/new": forge("evil", 1) | {"original": _OTHER}, "nodes/lib/inputs/new": "new", **_TOOL}),
        'repo "evil"',
        "tool/lib/new",
    ),
    Row(
        "lock-redirect",
        HOLD,
        "a first lock with an unknown redirect",
        _first({"nodes/channel/locked/url": "https://elsewhere.test/1.tar.gz"}),
        "is locked to",
        "channel",
    ),
)

MOVES = (
    Row(
        "lock-root-inputs",
        REFUSE,
        "an input more",
        _to({"nodes/root/inputs/new": "new", "nodes/new": forge("new", 1)}),
        "was added",
        "new",
    ),
    Row(
        "lock-root-inputs",
        REFUSE,
        "an input less",
        _to({"nodes/root/inputs/plain": GONE, "nodes/plain": GONE}),
        "was removed",
        "plain",
    ),
    Row("lock-root-inputs", REFUSE, "a follows more", _to({"nodes/root/inputs/new": ["tool"]}), "was added", "new"),
    Row(
        "lock-root-original",
        REFUSE,
        "another branch",
        _to({"nodes/nixpkgs/original/ref": "evil"}),
        'ref "nixos-unstable" → "evil"',
        "nixpkgs",
    ),
    Row(
        "lock-root-original",
        REFUSE,
        "another repository in both",
        _to({"nodes/nixpkgs/original/repo": "evil", "nodes/nixpkgs/locked/repo": "evil"}),
        'repo "nixpkgs" → "evil"',
        "nixpkgs",
    ),
    Row(
        "lock-root-original",
        REFUSE,
        "no longer a flake",
        _to({"nodes/nixpkgs/flake": False}),
        'flake "True" → "False"',
        "nixpkgs",
    ),
    Row(
        "lock-root-original",
        REFUSE,
        "below a folder of this repository",
        _to({"nodes/leaf/original/ref": "evil"}),
        'ref "none" → "evil"',
        "sub/leaf",
    ),
    Row(
        "lock-root-original",
        HOLD,
        "a newer Nix says a parent",
        _to({"nodes/sub/parent": []}, {"nodes/sub/parent": GONE}),
        'parent "none" → ""',
        "sub",
    ),
    Row(
        "lock-root-original", REFUSE, "another parent", _to({"nodes/sub/parent": ["tool"]}), 'parent "" → "tool"', "sub"
    ),
    Row(
        "lock-root-follows",
        REFUSE,
        "the root follows another",
        _to({"nodes/root/inputs/alias": ["tool", "lib"]}),
        'follows "tool/lib", expected',
        "alias",
    ),
    Row(
        "lock-root-follows",
        REFUSE,
        "an input of its own instead",
        _to({"nodes/root/inputs/alias": "new", "nodes/new": forge("new", 1)}),
        "is an input of its own",
        "alias",
    ),
    Row(
        "lock-root-follows",
        REFUSE,
        "the root follows itself",
        _to({"nodes/root/inputs/alias": []}),
        "follows the root",
        "alias",
    ),
    Row(
        "lock-root-follows",
        REFUSE,
        "what the root says below an input that moved",
        _to(_TOOL | {"nodes/tool/inputs/nixpkgs": ["plain"]}),
        'follows "plain"',
        "tool/nixpkgs",
    ),
    Row(
        "lock-location",
        REFUSE,
        "an indirect input elsewhere",
        _to(moved("named", 90) | {"nodes/named/locked/owner": "evil"}),
        'owner "acme" → "evil"',
        "named",
    ),
    Row(
        "lock-location",
        REFUSE,
        "a link elsewhere",
        _to(
            {
                "nodes/channel/locked/url": "https://evil.test/nixexprs.tar.xz",
                "nodes/channel/locked/narHash": nar_hash(90),
            }
        ),
        "https://evil.test",
        "channel",
    ),
    Row(
        "lock-location",
        REFUSE,
        "another flake of FlakeHub",
        _to(moved("hub", 90) | {"nodes/hub/locked/url": _HUB.replace("acme", "evil")}),
        "pinned/evil",
        "hub",
    ),
    Row(
        "lock-location",
        HOLD,
        "a server begins to redirect",
        _to({"nodes/hub/locked/url": _HUB}, {"nodes/hub/locked/url": "https://flakehub.com/f/acme/hub/0.1.%2A.tar.gz"}),
        "to another place",
        "hub",
    ),
    Row(
        "lock-location",
        REFUSE,
        "a link to an archive by another of GitHub's commits",
        _to(
            {"nodes/hub/locked/url": f"https://github.com/acme/hub/archive/{rev(90)}.tar.gz"},
            {
                f"nodes/hub/{side}/url": "https://github.com/acme/hub/archive/main.tar.gz"
                for side in ("locked", "original")
            },
        ),
        "to another place",
        "hub",
    ),
    Row(
        "lock-unmoved-parent",
        REFUSE,
        "a revision",
        _to(moved("lib", 90)),
        "moved to another revision, but nothing",
        "tool/lib",
    ),
    Row(
        "lock-unmoved-parent",
        REFUSE,
        "an input more",
        _to({"nodes/lib/inputs/new": "new", "nodes/new": forge("new", 1)}),
        "was added, but nothing",
        "tool/lib/new",
    ),
    Row(
        "lock-unmoved-parent",
        REFUSE,
        "another follows",
        _to({"nodes/tool/inputs/own": ["tool", "parts"]}),
        'follows "tool/parts" (before, it follows "tool/lib")',
        "tool/own",
    ),
    Row(
        "lock-unmoved-parent",
        REFUSE,
        "another place, of an input that is younger than those above it",
        _to({"nodes/lib/original/ref": "next"}, _YOUNG),
        "is declared differently, but nothing",
        "tool/lib",
    ),
    Row(
        "lock-unmoved-parent",
        HOLD,
        "a revision, of an input that is younger than those above it: these may have no lock",
        _to(moved("lib", 900_090), _YOUNG),
        "moved to another revision, but nothing",
        "tool/lib",
    ),
    Row(
        "lock-downgrade",
        HOLD,
        "an older revision, of an input that is younger than those above it: it may have been overridden by hand",
        _to(moved("lib", 90), _YOUNG),
        "goes back",
        "tool/lib",
    ),
    Row(
        "lock-unmoved-parent",
        HOLD,
        "a revision below an input that stays, of one that moved",
        _to(_TOOL | moved("core", 92)),
        "only an input further above moved",
        "tool/lib/core",
    ),
    Row(
        "lock-graph",
        HOLD,
        "an input more",
        _to({"nodes/lib/inputs/new": "new", "nodes/new": forge("new", 1), **_TOOL}),
        "was added along with",
        "tool/lib/new",
    ),
    Row(
        "lock-graph",
        HOLD,
        "an input less",
        _to({"nodes/lib/inputs/core": GONE, "nodes/core": GONE, **_TOOL}),
        "was removed along with",
        "tool/lib/core",
    ),
    Row(
        "lock-graph",
        HOLD,
        "another host",
        _to({"nodes/lib/original/type": "gitlab", "nodes/lib/locked/type": "gitlab", **_TOOL}),
        "is declared differently along with",
        "tool/lib",
    ),
    Row(
        "lock-graph",
        HOLD,
        "another place of an indirect input",
        _to(_TOOL | {"nodes/lib/locked/owner": "other"}, {"nodes/lib/original": {"type": "indirect", "id": "lib"}}),
        "moved to another place along with",
        "tool/lib",
    ),
    Row(
        "lock-ref",
        HOLD,
        "the branch that was asked for is not written any more",
        _to(
            moved("vcs", 90) | {"nodes/vcs/locked/ref": GONE},
            {"nodes/vcs/locked/ref": "main", "nodes/vcs/original/ref": "main"},
        ),
        'now on "none"',
        "vcs",
    ),
    Row(
        "lock-ref",
        HOLD,
        "another default branch",
        _to(moved("vcs", 90) | {"nodes/vcs/locked/ref": "refs/heads/trunk"}),
        'now on "refs/heads/trunk"',
        "vcs",
    ),
)

REVISIONS = (
    Row(
        "lock-downgrade",
        REFUSE,
        "an older commit",
        _to(moved("nixpkgs", 90, back=True)),
        "lastModified 1700000010 → 1",
        "nixpkgs",
    ),
    Row(
        "lock-downgrade",
        REFUSE,
        "fewer commits",
        _to(moved("vcs", 90) | {"nodes/vcs/locked/revCount": 8}),
        "revCount 9 → 8",
        "vcs",
    ),
    Row(
        "lock-downgrade",
        HOLD,
        "an older commit below an input that moved",
        _to(_TOOL | moved("lib", 90, back=True)),
        "goes back",
        "tool/lib",
    ),
    Row(
        "lock-downgrade",
        REFUSE,
        "no time any more",
        _to(moved("nixpkgs", 90) | {"nodes/nixpkgs/locked/lastModified": GONE}),
        "no longer says its lastModified",
        "nixpkgs",
    ),
    Row(
        "lock-downgrade",
        HOLD,
        "no count any more",
        _to(moved("vcs", 90) | {"nodes/vcs/locked/revCount": GONE}),
        "no longer says its revCount",
        "vcs",
    ),
    Row(
        "lock-downgrade",
        HOLD,
        "no time of a tarball any more",
        _to({"nodes/channel/locked/narHash": nar_hash(90), "nodes/channel/locked/lastModified": GONE}),
        "no longer says",
        "channel",
    ),
    Row(
        "lock-downgrade",
        NOTE,
        "an older commit that is allowed",
        Locks(new=lock(moved("nixpkgs", 90, back=True)), expectation=LockExpectation(allow_downgrade=("nix*",))),
        "goes back",
        "nixpkgs",
    ),
    Row(
        "lock-same-revision",
        REFUSE,
        "other content",
        _to({"nodes/nixpkgs/locked/narHash": nar_hash(90)}),
        "changes its narHash",
        "nixpkgs",
    ),
    Row(
        "lock-same-revision",
        REFUSE,
        "another time",
        _to({"nodes/nixpkgs/locked/lastModified": 1800000000}),
        "changes its lastModified",
        "nixpkgs",
    ),
    Row(
        "lock-same-revision",
        HOLD,
        "a count more",
        Locks(old=lock({"nodes/vcs/locked/revCount": GONE})),
        "changes its revCount",
        "vcs",
    ),
    Row(
        "lock-lost-revision",
        HOLD,
        "a tarball without a revision",
        _to({"nodes/hub/locked/rev": GONE, "nodes/hub/locked/narHash": nar_hash(90)}),
        "no longer says which revision",
        "hub",
    ),
    Row(
        "lock-held",
        HOLD,
        "by its name",
        _held("nixpkgs", moved("nixpkgs", 90)),
        '"nixpkgs" moved to another revision',
        "nixpkgs",
    ),
    Row("lock-held", HOLD, "by a glob", _held("tool/**", _TOOL), "only a person", "tool"),
    Row(
        "lock-held",
        HOLD,
        "under the name of what follows it",
        _held("alias", _TOOL | moved("parts", 90)),
        '"alias" moved',
        "tool/parts",
    ),
)

ROWS = (*DOCUMENT, *CONTENT, *MOVES, *REVISIONS, *ALLOWED)

CLEAN: dict[str, Locks] = {
    "nothing": Locks(),
    "a node that was several inputs before": Locks(
        old=lock({"nodes/root/inputs/more": "parts"}),
        new=lock({"nodes/root/inputs/more": "parts", **moved("nixpkgs", 90)}),
    ),
    "a root input moves": _to(moved("nixpkgs", 90)),
    "an input that follows nothing of it moves": _to(_TOOL),
    "an input of an input moves where it was overridden to": _to(
        _TOOL | moved("lib", 91), {"nodes/lib/locked/owner": "else"}
    ),
    "an input with all its inputs moves": _to(_TOOL | moved("lib", 91) | moved("core", 92) | moved("parts", 93)),
    "an input of a folder of this repository moves": _to(moved("leaf", 90)),
    "a channel moves to its next release": _to(
        {
            "nodes/channel/locked/url": "https://releases.nixos.org/nixos/unstable/nixos-25.11pre800002.ddddeeeeffff/nixexprs.tar.xz",
            "nodes/channel/locked/narHash": nar_hash(90),
            "nodes/channel/locked/lastModified": 1700000090,
        }
    ),
    "FlakeHub releases": _to(moved("hub", 90) | {"nodes/hub/locked/url": _HUB}),
    "a plain file changes": _to({"nodes/file/locked/narHash": nar_hash(90)}),
    "a commit at the same second": _to(moved("nixpkgs", 90) | {"nodes/nixpkgs/locked/lastModified": 1700000010}),
    "a commit with the same content": _to(moved("nixpkgs", 90) | {"nodes/nixpkgs/locked/narHash": nar_hash(10)}),
    "a longer count": _to(moved("vcs", 90) | {"nodes/vcs/locked/revCount": 10}),
    "the short form of a branch": _to(moved("vcs", 90) | {"nodes/vcs/locked/ref": "main"}),
    "an indirect input moves": _to(moved("named", 90)),
    "a revision of SHA-256": _to(moved("nixpkgs", 90) | {"nodes/nixpkgs/locked/rev": "0" * 64}),
    "another input is held": _held("tool", moved("nixpkgs", 90)),
    "from allowed hosts, of allowed owners": _bound(
        moved("nixpkgs", 90) | moved("leaf", 91), allow_hosts=("GitHub.com",), allow_owners=("github.com/ACME",)
    ),
    "an allowed address": _bound(
        moved("vcs", 90),
        {f"nodes/vcs/{side}/url": "https://vcs.test/acme/v" for side in ("locked", "original")},
        allow_hosts=("vcs.*",),
        allow_owners=("vcs.test/acme",),
    ),
    "the base was not written by Nix": Locks(old=lock()[:-1], new=lock(moved("nixpkgs", 90))),
    "the base has a fault that stays": _to(
        moved("nixpkgs", 90), {"nodes/lib/locked/narHash": GONE, "nodes/lib/locked/x": 1}
    ),
    "a folder of this repository has other content, before Nix 2.26": _to(
        {"nodes/sub/locked/narHash": nar_hash(91)},
        {"nodes/sub/parent": GONE, "nodes/sub/locked/narHash": nar_hash(90), "nodes/sub/locked/lastModified": 1},
    ),
}
"""What an update may do."""
