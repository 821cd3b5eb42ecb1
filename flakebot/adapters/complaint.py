"""What msgspec finds wrong with a document, for a person to read. Shows where, and never the value. No I/O."""

from __future__ import annotations

import re

from msgspec import Struct, ValidationError

_PLACE = re.compile(r" - at `\$\.?([^`]*)`\Z")
_VALUE = re.compile(r" ['\"].*|(?<=Invalid enum value) .*", re.DOTALL)
"""What was found, or a pattern that it does not match."""


class Complaint(Struct, frozen=True, kw_only=True):
    """``place`` is a path such as ``head.sha`` or ``[0].user``, empty for the whole document."""

    place: str
    what: str


def complaint_of(error: ValidationError) -> Complaint:
    """Take apart what msgspec says, without the value that it quotes."""
    said = str(error)
    place = _PLACE.search(said)
    what = said if place is None else said[: place.start()]
    return Complaint(place="" if place is None else place[1], what=_VALUE.sub("", what))
