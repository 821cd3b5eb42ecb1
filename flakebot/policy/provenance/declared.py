"""What the text of a flake.nix declares, read without evaluating it. No I/O.

Nix takes the inputs from literals in that file. So a place that an input is locked to must be named in it, as an
address or by its attributes, and an input that is declared shows by its name. The text is that of the parent's own
revision, which whoever writes the lock does not control; a place that is only mentioned there is one that the parent
trusts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from flakebot.lock.node import Attributes, Node, Path
from flakebot.lock.place import PLACE

_COMMENT = re.compile(r"(?<![:\w/])#[^\n]*|/\*.*?\*/", re.DOTALL)
_IMPLIED = frozenset({"type", "dir"})
_ATTRIBUTES = "url|follows|inputs|flake|type|owner|repo|host|ref|rev|dir|id|path|submodules|shallow"


def text_of(flake: bytes) -> str:
    """Return the text of a flake.nix without its comments, addresses in it as a person reads them."""
    return unquote(_COMMENT.sub(" ", flake.decode(errors="replace")))


def names_place(text: str, node: Node) -> bool:
    """Whether the text names what the input asks for, and that it is no flake where it is none."""
    if not node.is_flake and re.search(r"\bflake\s*=\s*false\b", text) is None:
        return False
    asked = node.original
    owner, repo = asked.get("owner"), asked.get("repo")
    if isinstance(owner, str) and isinstance(repo, str):
        is_named = _has(text, f"{owner}/{repo}") or (_is_quoted(text, owner) and _is_quoted(text, repo))
        return is_named and all(_has(text, value) for value in _values(asked, {"owner", "repo"}))
    values = tuple(_values(asked, set()))
    return bool(values) and all(_has(text, value) for value in values)


def names_locked_place(text: str, node: Node) -> bool:
    """Whether the text names where the input is locked to, whatever it is said to ask for (Nix before 2.24)."""
    return names_place(text, replace(node, original={n: v for n, v in node.locked.items() if n in PLACE}))


def declares_follows(text: str, name: str, target: Path) -> bool:
    """Whether the text lets an input of that name follow the target."""
    follows = rf'follows\s*=\s*"{re.escape("/".join(target))}"'
    word = _word(name)
    return re.search(rf"{word}\s*(?:\.\s*|=\s*\{{[^{{}}]*\b){follows}", text) is not None


def declares_input(text: str, name: str) -> bool:
    """Whether the text declares an input of that name, or takes one as an argument."""
    word = _word(name)
    patterns = (
        rf"{word}\s*\.\s*(?:{_ATTRIBUTES})\b",
        rf"{word}\s*=\s*\{{",
        rf"[{{,]\s*{word}\s*[,}}?]",
        rf"\binputs\s*\.\s*{word}",
    )
    return any(re.search(pattern, text) for pattern in patterns)


def _word(name: str) -> str:
    return rf"(?<![\w'-])\"?{re.escape(name)}\"?(?![\w'-])"


def _values(asked: Attributes, apart: set[str]) -> Iterator[str]:
    return (str(value) for name, value in asked.items() if name not in _IMPLIED | apart and isinstance(value, str))


def _has(text: str, value: str) -> bool:
    """Whether the value stands in the text as a word or address of its own; owners are the same in any case."""
    plain = re.escape(unquote(value))
    return re.search(rf"(?<![\w.-]){plain}(?![\w-]|\.\w)", text, re.IGNORECASE) is not None


def _is_quoted(text: str, value: str) -> bool:
    return re.search(rf'"{re.escape(unquote(value))}"', text, re.IGNORECASE) is not None
