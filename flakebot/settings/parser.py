"""How the command line reads and how its --help looks. No I/O; a mistake is a `MisuseError`, never an exit."""

from __future__ import annotations

import argparse
import ast
import difflib
import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from flakebot.errors import MisuseError

_SIZES = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
_METAVARS = {"tuple": "LIST", "int": "NUMBER", "Path": "PATH", "timedelta": "TIME"}


class Parser(argparse.ArgumentParser):
    """argparse, except that a mistake is raised with the nearest thing that would have been right."""

    def __init__(self, command: str, description: str) -> None:
        super().__init__(prog=f"flakebot {command}", description=description, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print."""
        unknown = re.search(r"unrecognized arguments: (--[\w-]+)", message)
        known = [option for action in self._actions for option in action.option_strings]
        advice = nearest(unknown[1], known) if unknown else ""
        raise MisuseError(f"{self.prog}: {message}", advice=advice or f"Run `{self.prog} --help` for what it takes.")


def nearest(word: str, known: Iterable[str], *, shown: str = "") -> str:
    """Ask whether the most similar of the known words, ``shown`` before it, was meant; empty when none is similar."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"Did you mean `{shown}{close[0]}`?" if close else ""


def parse_arguments(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    """Parse; pydantic-settings calls this in place of its own."""
    return parser.parse_args(list(arguments))


def add_argument(parser: argparse.ArgumentParser, *names: str, **options: object) -> argparse.Action:
    """Add an option as pydantic-settings describes it, in words that a person would use."""
    shown = tuple("--json" if name == "--json-output" else name for name in names)
    if isinstance(metavar := options.get("metavar"), str) and not metavar.startswith("{"):
        kind = metavar.partition("[")[0]
        options["metavar"] = metavar if metavar.isupper() and kind != "NEWTYPE" else _METAVARS.get(kind, "TEXT")
    if isinstance(text := options.get("help"), str):
        options["help"] = re.sub(r" \(default: (.*)\)$", _plain_default, text)
    return parser.add_argument(*shown, **options)  # type: ignore[arg-type]  # pydantic-settings made the options


def _plain_default(found: re.Match[str]) -> str:
    text = found[1]
    if text in {"None", "()", ""}:
        return ""
    if text.startswith("("):
        text = ", ".join(ast.literal_eval(text))
    elif (time := re.fullmatch(r"(?:(\d+) days?, )?(\d+):(\d\d):(\d\d)", text)) is not None:
        text = _time(*(int(part or 0) for part in time.groups()))
    return f" (default: {text})"


def _time(days: int, hours: int, minutes: int, seconds: int) -> str:
    """Return a span of time as a setting takes it: in the largest unit in which it is whole."""
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    size, unit = next((size, unit) for size, unit in _SIZES if total % size == 0)
    return f"{total // size}{unit}"
