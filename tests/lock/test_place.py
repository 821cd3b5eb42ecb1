from __future__ import annotations

import pytest

from flakebot.lock.document import parse
from flakebot.lock.node import Node
from flakebot.lock.place import contradictions, is_redirect, is_same_place
from tests.lock.samples import GONE, Edits, lock, rev

_ORG = "https://example.org"


def _node(name: str, edits: Edits) -> Node:
    return parse(lock({f"nodes/{name}/{place}": value for place, value in edits.items()})).nodes[name]


def _linked(asked: str, held: str) -> Node:
    return _node("channel", {"original/url": asked, "locked/url": held})


SAME = {
    "a release of the channel": (
        "https://releases.nixos.org/nixos/unstable/nixos-25.11pre800001.aaaabbbbcccc/nixexprs.tar.xz",
        "https://releases.nixos.org/nixos/unstable/nixos-26.05.1234.0123456789ab/nixexprs.tar.xz",
    ),
    "a commit's archive": (f"{_ORG}/o/r/archive/{rev(1)}.tar.gz", f"{_ORG}/o/r/archive/{rev(2)}.tar.gz"),
    "a version with a v": (f"{_ORG}/o/r/v1.2.tar.gz", f"{_ORG}/o/r/v1.3.0.tar.gz"),
    "a file by its number": (
        f"{_ORG}/f/018afb31-abd1-7bff-a5e4-cff7e18efb7a/s.tar.gz",
        f"{_ORG}/f/f98f3c2b-aaaa-bbbb-cccc-dddddddddddd/s.tar.gz",
    ),
    "the revision as a parameter": (f"{_ORG}/o/r.tar.gz?rev={rev(1)}&revCount=1", f"{_ORG}/o/r.tar.gz"),
}
OTHER = {
    "another host": (f"{_ORG}/o/1.tar.gz", "https://example.com/o/1.tar.gz"),
    "another port": (f"{_ORG}/o/1.tar.gz", f"{_ORG}:8443/o/1.tar.gz"),
    "another scheme": (f"{_ORG}/o/1.tar.gz", "http://example.org/o/1.tar.gz"),
    "a user in front of the host": (f"{_ORG}/o/1.tar.gz", "https://me@example.org/o/1.tar.gz"),
    "another owner": (f"{_ORG}/o/r/1.tar.gz", f"{_ORG}/evil/r/1.tar.gz"),
    "another owner with a digit": (f"{_ORG}/o/r/1.tar.gz", f"{_ORG}/ev1l/r/1.tar.gz"),
    "one name more": (f"{_ORG}/o/1.tar.gz", f"{_ORG}/o/1/2.tar.gz"),
    "a name in front of the version": (f"{_ORG}/o/1.tar.gz", f"{_ORG}/o/evil-1.tar.gz"),
    "a way up": (f"{_ORG}/o/1/r.tar.gz", f"{_ORG}/o/../r.tar.gz"),
    "an encoded slash": (f"{_ORG}/o/1.tar.gz", f"{_ORG}/o/1%2F2.tar.gz"),
    "a query": (f"{_ORG}/o/1.tar.gz", f"{_ORG}/o/1.tar.gz?evil"),
    "a fragment": (f"{_ORG}/o/1.tar.gz", f"{_ORG}/o/1.tar.gz#evil"),
    "no address": (f"{_ORG}/o/1.tar.gz", "https://["),
}
UNLED = {
    "an older version": ("https://example.org/pkg-1.0.tar.gz", "https://example.org/pkg-0.9.tar.gz"),
    "a commit of any fork in a tag's place": (
        "https://github.com/o/r/archive/v1.2.tar.gz",
        f"https://github.com/o/r/archive/{rev(9)}.tar.gz",
    ),
    "a commit of any fork in a commit's place": (
        f"https://github.com/o/r/archive/{rev(8)}.tar.gz",
        f"https://github.com/o/r/archive/{rev(9)}.tar.gz",
    ),
    "another file of its owner's": (f"https://gist.example/a/{rev(1)}/raw", f"https://gist.example/a/{rev(2)}/raw"),
}


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME.keys())
def test_a_link_that_differs_in_its_version_is_the_same_place(old: str, new: str) -> None:
    assert is_same_place(_linked(_ORG, old), _linked(_ORG, new))


@pytest.mark.parametrize(("old", "new"), OTHER.values(), ids=OTHER.keys())
def test_a_link_that_differs_otherwise_is_another_place(old: str, new: str) -> None:
    assert not is_same_place(_linked(_ORG, old), _linked(_ORG, new))
    assert not is_same_place(_linked(_ORG, new), _linked(_ORG, old))


@pytest.mark.parametrize(("old", "new"), UNLED.values(), ids=UNLED.keys())
def test_a_link_that_was_locked_as_it_was_asked_for_leads_nowhere_else(old: str, new: str) -> None:
    assert is_same_place(_linked(old, old), _linked(old, old))
    assert not is_same_place(_linked(old, old), _linked(old, new))


_PINNED = "https://api.flakehub.com/f/pinned/acme/hub"
KNOWN = {
    "the very link": (f"{_ORG}/x.tar.gz", f"{_ORG}/x.tar.gz"),
    "a branch's archive by its commit": (f"{_ORG}/o/r/archive/main.tar.gz", f"{_ORG}/o/r/archive/{rev(3)}.tar.gz"),
    "a branch's archive by Forgejo's API": (
        f"{_ORG}/o/r/archive/26.05.tar.gz",
        f"{_ORG}/api/v1/repos/o/r/archive/{rev(3)}.tar.gz",
    ),
    "a channel's release": (
        "https://nixos.org/channels/nixos-25.05/nixexprs.tar.xz",
        "https://releases.nixos.org/nixos/25.05/nixos-25.05.9.abc/nixexprs.tar.xz",
    ),
    "a branch's archive that says its commit twice": (
        f"{_ORG}/o/r/archive/main.tar.gz",
        f"{_ORG}/o/r/archive/{rev(3)}.tar.gz?rev={rev(3)}",
    ),
    "a release of a channel for small servers": (
        "https://channels.nixos.org/nixos-unstable-small/nixexprs.tar.xz",
        "https://releases.nixos.org/nixos/unstable-small/nixos-26.05pre9.abc/nixexprs.tar.xz",
    ),
    "a release of nixpkgs-unstable": (
        "https://channels.nixos.org/nixpkgs-unstable/nixexprs.tar.zst",
        "https://releases.nixos.org/nixpkgs/nixpkgs-26.05pre9.abc/nixexprs.tar.zst",
    ),
    "a flake of FlakeHub, any version": (
        "https://flakehub.com/f/Acme/hub/*.tar.gz",
        f"{_PINNED}/7.0.1/018afb31/source.tar.gz?rev={rev(7)}&revCount=12",
    ),
    "a flake of FlakeHub, of a major version": (
        "https://flakehub.com/f/acme/hub/1.2",
        f"{_PINNED}/1.9.0/018afb31/source.tar.gz",
    ),
    "a flake of FlakeHub, of a minor version": (
        "https://flakehub.com/f/acme/hub/1.2.*",
        f"{_PINNED}/1.2.9/018afb31/source.tar.gz",
    ),
    "a flake of FlakeHub, of a range in other words": (
        "https://flakehub.com/f/acme/hub/>=1",
        f"{_PINNED}/2.0.0/018afb31/source.tar.gz",
    ),
    "a flake of FlakeHub": (
        "https://flakehub.com/f/acme/hub/0.1.%2A.tar.gz",
        f"{_PINNED}/0.1.7%2Brev-{rev(7)}/018afb31-abd1/source.tar.gz",
    ),
}
UNKNOWN = {
    "a commit's archive that says another commit": (
        f"{_ORG}/o/r/archive/main.tar.gz",
        f"{_ORG}/o/r/archive/{rev(3)}.tar.gz?rev={rev(4)}",
    ),
    "another channel's release": (
        "https://channels.nixos.org/nixos-25.05/nixexprs.tar.xz",
        "https://releases.nixos.org/nixos/24.11/nixos-24.11.9.abc/nixexprs.tar.xz",
    ),
    "the other project's release": (
        "https://channels.nixos.org/nixos-unstable/nixexprs.tar.xz",
        "https://releases.nixos.org/nixpkgs/nixpkgs-26.05pre9.abc/nixexprs.tar.xz",
    ),
    "a way up from the channel": (
        "https://channels.nixos.org/nixos-25.05/nixexprs.tar.xz",
        "https://releases.nixos.org/nixos/25.05/../nixos-24.11.9.abc/nixexprs.tar.xz",
    ),
    "another minor version of FlakeHub's": (
        "https://flakehub.com/f/acme/hub/0.2505",
        f"{_PINNED}/0.2411.7/018afb31/source.tar.gz",
    ),
    "another major version of FlakeHub's": (
        "https://flakehub.com/f/acme/hub/1.*",
        f"{_PINNED}/10.0.1/018afb31/source.tar.gz",
    ),
    "another repository's archive": (f"{_ORG}/o/r/archive/main.tar.gz", f"{_ORG}/o/evil/archive/{rev(3)}.tar.gz"),
    "a commit of GitHub's, which redirects nobody": (
        "https://github.com/o/r/archive/main.tar.gz",
        f"https://github.com/o/r/archive/{rev(3)}.tar.gz",
    ),
    "another file of the archive": (f"{_ORG}/o/r/archive/main.tar.gz", f"{_ORG}/o/r/archive/{rev(3)}.zip"),
    "another host than the channels'": (
        "https://nixos.org/channels/nixos-25.05/nixexprs.tar.xz",
        "https://releases-nixos.org/nixos/25.05/nixos-25.05.9.abc/nixexprs.tar.xz",
    ),
    "another owner's flake": (
        "https://flakehub.com/f/acme/hub/0.1.%2A.tar.gz",
        "https://api.flakehub.com/f/pinned/evil/hub/0.1.7/018afb31/source.tar.gz",
    ),
    "an owner that is a pattern": (
        "https://flakehub.com/f/.*/hub/0.1.tar.gz",
        f"{_PINNED}/0.1.7/018afb31/source.tar.gz",
    ),
}


@pytest.mark.parametrize(("asked", "held"), KNOWN.values(), ids=KNOWN.keys())
def test_knows_where_a_link_leads(asked: str, held: str) -> None:
    assert is_redirect(_linked(asked, held))


@pytest.mark.parametrize(("asked", "held"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_does_not_know_where_another_link_leads(asked: str, held: str) -> None:
    assert not is_redirect(_linked(asked, held))


def test_a_permanent_link_instead_of_the_one_that_was_asked_for_is_another_place() -> None:
    asked, held = KNOWN["a branch's archive by its commit"]
    assert not is_same_place(_linked(asked, asked), _linked(asked, held))
    assert not is_same_place(_linked(asked, held), _linked(asked, asked))


def test_two_permanent_links_for_one_that_was_asked_for_are_one_place() -> None:
    asked = "https://flakehub.com/f/acme/hub/0.1.tar.gz"
    old = _linked(asked, f"{_PINNED}/0.1.1/018afb31/source.tar.gz")
    assert is_same_place(old, _linked(asked, f"{_PINNED}/0.1.7%2Brev-{rev(7)}/018afb31/source.tar.gz"))
    assert not is_same_place(
        old, _linked(asked, "https://api.flakehub.com/f/pinned/evil/hub/0.1.1/018afb31/source.tar.gz")
    )


CONTRADICTIONS: dict[str, tuple[str, Edits, tuple[str, ...]]] = {
    "nothing": ("nixpkgs", {}, ()),
    "another owner": ("nixpkgs", {"locked/owner": "evil"}, ("owner",)),
    "an owner in other letters": ("nixpkgs", {"locked/owner": "Acme"}, ("owner",)),
    "another host": ("nixpkgs", {"locked/host": "evil.test"}, ("host",)),
    "another type": ("nixpkgs", {"locked/type": "gitlab"}, ("type",)),
    "a folder that was not asked for": ("nixpkgs", {"locked/dir": "evil"}, ("dir",)),
    "a folder that was": ("nixpkgs", {"locked/dir": "x", "original/dir": "x"}, ()),
    "no folder though one was": ("nixpkgs", {"original/dir": "x"}, ("dir",)),
    "another repository and owner": ("nixpkgs", {"locked/owner": "evil", "locked/repo": "evil"}, ("owner", "repo")),
    "a branch where none is written": ("nixpkgs", {"locked/ref": "evil"}, ("ref",)),
    "the branch that was asked for": ("nixpkgs", {"locked/ref": "nixos-unstable"}, ()),
    "git's own branch": ("vcs", {}, ()),
    "the branch in its long form": ("vcs", {"original/ref": "main"}, ()),
    "another branch than asked for": ("vcs", {"original/ref": "next"}, ("ref",)),
    "submodules that nobody asked for": ("vcs", {"locked/submodules": True}, ("submodules",)),
    "another address": ("vcs", {"locked/url": "https://evil.test/v"}, ("url",)),
    "another revision than asked for": ("pinned", {"locked/rev": rev(99)}, ("rev",)),
    "another hash than asked for": ("nixpkgs", {"original/narHash": "sha256-x"}, ("narHash",)),
    "no revision though one was": ("pinned", {"locked/rev": GONE}, ("rev",)),
    "an indirect input anywhere": ("named", {"locked/owner": "any", "locked/dir": "any"}, ()),
    "an indirect input with a revision": ("named", {"original/rev": rev(99)}, ("rev",)),
    "a link that leads elsewhere": ("channel", {"locked/url": "https://evil.test/1.tar.gz"}, ()),
}


@pytest.mark.parametrize(("name", "edits", "expected"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_names_what_is_not_as_asked_for(name: str, edits: Edits, expected: tuple[str, ...]) -> None:
    assert contradictions(_node(name, edits)) == expected
