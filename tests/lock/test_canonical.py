from __future__ import annotations

from pathlib import Path

import pytest

from flakebot.lock.canonical import canonical
from flakebot.lock.document import parse
from tests.lock.samples import HISTORIES, Edits, lock

ODD: dict[str, Edits] = {
    "quotes and backslashes": {"nodes/lib/original/repo": 'a"b\\c/d'},
    "control characters": {"nodes/lib/original/repo": "".join(map(chr, range(1, 32)))},
    "delete, which is not escaped": {"nodes/lib/original/repo": "\x7f"},
    "line separators, which are not escaped": {"nodes/lib/original/repo": "\u2028\u2029\u0085"},
    "characters beyond the first plane": {"nodes/lib/original/repo": "😀\ufb01"},
    "keys beyond the first plane": {
        "nodes/lib/original/ﬁ": "1",
        "nodes/lib/original/😀": "2",
        "nodes/lib/original/é": "3",
    },
    "capitals before small letters": {"nodes/lib/original/Z": "1", "nodes/lib/original/a": "2"},
    "truth": {"nodes/vcs/locked/submodules": True, "nodes/vcs/locked/shallow": False},
    "nothing locked": {"nodes/lib/locked": {}},
    "a parent": {"nodes/sub/parent": ["a", "b"]},
}


@pytest.mark.parametrize("edits", ODD.values(), ids=ODD.keys())
def test_writes_what_python_writes(edits: Edits) -> None:
    assert canonical(parse(lock(edits))) == lock(edits)


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*/*.lock")), ids=lambda path: "/".join(path.parts[-2:]))
def test_writes_what_real_nix_wrote(path: Path) -> None:
    assert canonical(parse(path.read_bytes())) == path.read_bytes()


def test_writes_an_empty_lock() -> None:
    data = b'{\n  "nodes": {\n    "root": {}\n  },\n  "root": "root",\n  "version": 7\n}\n'
    assert canonical(parse(data)) == data
