"""How the command line reads and how its --help looks. No I/O; a mistake is a `MisuseError`, never an exit."""

from __future__ import annotations

import argparse
import ast
import difflib
import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from flakebot.errors import MisuseError

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


def nearest(word: str, known: Iterable[str]) -> str:
    """Ask whether the most similar of the known words was meant; empty when none is similar."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"Did you mean `{close[0]}`?" if close else ""


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
    plain = ", ".join(ast.literal_eval(text)) if text.startswith("(") else text
    return f" (default: {plain})"
