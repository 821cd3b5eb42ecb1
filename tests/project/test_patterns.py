"""No regular expression uses what the oldest Python that flakebot runs on gets wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

POSSESSIVE = re.compile(r"POSSESSIVE_REPEAT|ATOMIC_GROUP")
"""Python 3.11 before 3.11.5, which Debian 12 has, matches these wrongly where a choice is repeated."""


def patterns(module: ast.Module) -> Iterator[tuple[int, str, int]]:
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re")), args=[first, *_]):
                pattern = text_of(first)
                is_verbose = "re.VERBOSE" in ast.unparse(node)
                yield node.lineno, pattern, re.VERBOSE if is_verbose else 0


def text_of(expression: ast.expr) -> str:
    """Return a literal's text; what is put into one counts as a letter, and a name as nothing."""
    match expression:
        case ast.Constant(value=bytes(raw)):
            return raw.decode("latin-1")
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(text_of(part) or "x" for part in parts)
        case _:
            return ""


def forbidden(pattern: str, flags: int) -> bool:
    parsed = re._parser.parse(pattern, flags)  # type: ignore[attr-defined]  # the only one who knows
    return POSSESSIVE.search(repr(parsed)) is not None


def test_no_choice_is_repeated_possessively(root: Path) -> None:
    modules = {path: ast.parse(path.read_text()) for path in sorted((root / "flakebot").rglob("*.py"))}
    found = [(path, *pattern) for path, module in modules.items() for pattern in patterns(module)]
    assert len(found) > 50
    assert [(path.name, line) for path, line, pattern, flags in found if forbidden(pattern, flags)] == []


@pytest.mark.parametrize("pattern", ["(?:a|b)*+c", "a++", "(?>a|b)", "a?+"])
def test_it_would_be_seen(pattern: str) -> None:
    assert forbidden(pattern, 0)
    assert not forbidden(pattern.replace("+", "").replace(">", ":"), 0)
