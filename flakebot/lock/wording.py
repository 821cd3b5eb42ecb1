"""Show a name or value that somebody else chose: on one line, of bounded length, in quotes. Never as it stands."""

from __future__ import annotations

LONGEST = 100
"""Characters of a foreign value that a message shows at most."""


def shown(value: object) -> str:
    """Return the value in double quotes, what does not print escaped, what is too long cut."""
    text = str(value)
    cut = text[:LONGEST] + ("…" if len(text) > LONGEST else "")
    return '"' + "".join(_printable(character) for character in cut) + '"'


def _printable(character: str) -> str:
    match character:
        case '"' | "\\":
            return "\\" + character
        case _ if character.isprintable():
            return character
        case _:
            return f"\\u{{{ord(character):x}}}"
