"""Flake references and what they ask for; `tests/adapters/nix/test_references.py` asks real Nix the same."""

from __future__ import annotations

from flakebot.lock.node import Attributes

REV = "61b7c44c4073f0b827768aff0049561b5110ea5a"
HASH = "sha256-12KrbMiWLcf8m7pCvAtZh1ZrgF85ZXDXvfR/fWTKy84="
FORGE = {"type": "github", "owner": "o", "repo": "r"}

READ: dict[str, Attributes] = {
    "github:o/r": FORGE,
    "github:o/r/b": FORGE | {"ref": "b"},
    "github:o/r/a/b": FORGE | {"ref": "a/b"},
    f"github:o/r/{REV}": FORGE | {"rev": REV},
    "github:o/r?ref=b&dir=x": FORGE | {"ref": "b", "dir": "x"},
    "github:o/r?dir=a%20b": FORGE | {"dir": "a b"},
    "github:o/r?host=ghe.example.org": FORGE | {"host": "ghe.example.org"},
    f"github:o/r?narHash={HASH.replace('=', '%3D')}": FORGE | {"narHash": HASH},
    "gitlab:o/r": FORGE | {"type": "gitlab"},
    "sourcehut:~u/r": {"type": "sourcehut", "owner": "~u", "repo": "r"},
    "git+https://h/x.git?ref=m&submodules=1&shallow=1": {
        "type": "git",
        "url": "https://h/x.git",
        "ref": "m",
        "submodules": True,
        "shallow": True,
    },
    "git+file:///x?allRefs=1": {"type": "git", "url": "file:///x", "allRefs": True},
    f"git+ssh://git@h/x?rev={REV}": {"type": "git", "url": "ssh://git@h/x", "rev": REV},
    "git://h/x": {"type": "git", "url": "git://h/x"},
    "https://h/x.tar.gz": {"type": "tarball", "url": "https://h/x.tar.gz"},
    "https://h/x.tar.gz?foo=1": {"type": "tarball", "url": "https://h/x.tar.gz?foo=1"},
    "https://h/x?dir=a": {"type": "tarball", "url": "https://h/x", "dir": "a"},
    "tarball+https://h/x": {"type": "tarball", "url": "https://h/x"},
    "file+https://h/x": {"type": "file", "url": "https://h/x"},
    "path:./x": {"type": "path", "path": "./x"},
    "path:./x?dir=y": {"type": "path", "path": "./x", "dir": "y"},
    "/abs": {"type": "path", "path": "/abs"},
    "nixpkgs": {"type": "indirect", "id": "nixpkgs"},
    "nixpkgs/unstable": {"type": "indirect", "id": "nixpkgs", "ref": "unstable"},
    f"flake:nixpkgs/unstable/{REV}": {"type": "indirect", "id": "nixpkgs", "ref": "unstable", "rev": REV},
}
"""What flakebot reads, and Nix reads alike."""

UNREAD = (
    "github:o",
    "github:o/r?ref=a&ref=b",
    "github:o/r/b?ref=b",
    "github:o/r?depth=1",
    "git+https://h/x?depth=1",
    "git+ftp://h/x",
    "https://h/x.tar.gz?rev=1",
    "hg+https://h/x",
    "gopher:x",
    "two words",
    "",
)
"""What flakebot does not claim to know."""
