"""Read JSON in the one way in which no two parsers can disagree. Never guesses, never lets a Python error out."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable

from flakebot.lock.error import Defect, LockError, NotALockError
from flakebot.lock.wording import shown

LARGEST = 128 * 1024 * 1024
"""Bytes of a lock at most; 50,000 nodes take about 25 million."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SURROGATE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]")
_DIGITS = 18


def strict_json(data: bytes) -> tuple[object, tuple[LockError, ...]]:
    """Return the value and what is wrong with its text although a lenient parser takes it.

    Raises `NotALockError` for what is not JSON in UTF-8. A byte order mark is skipped, as Nix does; that the
    bytes are then not canonical is found elsewhere.
    """
    defects: list[LockError] = []
    if len(data) > LARGEST:
        raise LockError(Defect.SIZE, f"the lock has {len(data)} bytes, expected {LARGEST} at most")
    value = _loads(_text(data), _Hooks(defects.append))
    if b"\\u" in data and _SURROGATE.search(data) is not None:
        defects.append(LockError(Defect.FIELD, "a character is written as surrogates, of which half is no text"))
    return value, tuple(defects)


def _text(data: bytes) -> str:
    try:
        return data.removeprefix(_BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError as error:
        raise NotALockError(f"the bytes are not UTF-8 from byte {error.start} on") from error


def _loads(text: str, hooks: _Hooks) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=hooks.pairs,
            parse_int=hooks.integer,
            parse_float=hooks.fraction,
            parse_constant=hooks.constant,
        )
    except json.JSONDecodeError as error:
        raise NotALockError(f"the text is not JSON: {error.msg}, line {error.lineno}") from error
    except RecursionError as error:
        raise LockError(Defect.SIZE, "the JSON is nested far deeper than a lock's five levels") from error


class _Hooks:
    """What json.loads calls for the parts in which parsers differ; each difference is reported."""

    def __init__(self, report: Callable[[LockError], None]) -> None:
        self._report = report

    def pairs(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
            self._report(LockError(Defect.DUPLICATE_KEY, f"the key {shown(twice)} stands twice in one object"))
        return found

    def integer(self, text: str) -> int:
        if text.startswith("-") or len(text) > _DIGITS:
            self._report(LockError(Defect.FIELD, f"the number {shown(text)} is not one that a lock can hold"))
            return 0
        return int(text)

    def fraction(self, text: str) -> int:
        self._report(LockError(Defect.FIELD, f"the number {shown(text)} is not an integer"))
        return 0

    def constant(self, text: str) -> int:
        raise NotALockError(f"the text is not JSON: {text} is no JSON value")
