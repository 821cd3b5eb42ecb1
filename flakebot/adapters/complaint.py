"""What msgspec finds wrong with a document, for a person to read. Shows where, but no value of it. No I/O."""

from __future__ import annotations

import re

from msgspec import Struct, ValidationError

_PLACE = re.compile(r" - at `\$\.?([^`]*)`\Z")
_UNKNOWN = re.compile(r"Object contains unknown field `[^`]{0,50}")
_VALUE = re.compile(r"(?<=Invalid enum value) .*| ['\"].*", re.DOTALL)
_OURS = ("Expected ", "Only units ", "Object missing ")
"""How the sentences begin in which only a shape is quoted, and nothing of the document."""


class Complaint(Struct, frozen=True, kw_only=True):
    """``place`` is a path such as ``head.sha`` or ``[0].user``, empty for the whole document."""

    place: str
    what: str


def complaint_of(error: ValidationError) -> Complaint:
    """Take apart what msgspec says, without the value that it quotes."""
    said = str(error)
    if unknown := _UNKNOWN.match(said):  # its name could look like a place
        return Complaint(place="", what=f"{unknown[0]}`")
    place = _PLACE.search(said)
    what = said if place is None else said[: place.start()]
    what = what if what.startswith(_OURS) else _VALUE.sub("", what)
    return Complaint(place="" if place is None else place[1], what=what)
