"""Make foreign text harmless in Markdown: it can ping nobody, link nothing and close no fence. No I/O."""

from __future__ import annotations

import re

_BREAK = "\N{ZERO WIDTH SPACE}"
_SUMMONS = re.compile(
    r"@(?=[\w-])|&(?=#|[a-z]+;)|#(?=\d)|\bGH-(?=\d)|<(?=[\w!/?])|\](?=[(\[])|\[(?=\w+ \w+\])|`(?=``)", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Drop control characters and the marks that turn text around; keep tabs and new lines."""
    return _CONTROL.sub("", text)


def neutral(text: str) -> str:
    """Return one line in which ``@name``, ``&commat;``, ``#123``, ``GH-123``, a tag, a link, a fence are mere words."""
    return _SUMMONS.sub(lambda found: found[0] + _BREAK, " ".join(printable(text).split()))


def code(text: str) -> str:
    """Return a code span, also inside a table's cell; GitHub neither links nor pings inside one."""
    plain = " ".join(printable(text).split()).replace("|", "\N{BROKEN BAR}")
    ticks = "`" * (1 + max((len(run) for run in re.findall(r"`+", plain)), default=0))
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{ticks}{pad}{plain or '-'}{pad}{ticks}"


def fenced(text: str) -> str:
    """Return a code block whose fence is longer than any in the text."""
    plain = printable(text).rstrip("\n")
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", plain)), default=0))
    return f"{fence}text\n{plain}\n{fence}"


def ending(text: str, limit: int) -> str:
    """Return the end of a text, cut at a line, and say so when something was cut."""
    if len(text) <= limit:
        return text
    kept = text[-limit:].partition("\n")[2] if limit else ""
    return f"[{len(text) - len(kept)} characters above are left out]\n{kept}"
