"""What is said of a document that does not fit: where, what was expected, and never what was there."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta, Struct

from flakebot.adapters.complaint import Complaint, complaint_of


class Leaf(Struct, frozen=True, kw_only=True):
    colour: Literal["green", "red"] = "green"
    kind: Literal[1, 2] = 1
    name: Annotated[str, Meta(pattern=r"\A[a-z]+\Z")] = "oak"


class Tree(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    leaves: tuple[Leaf, ...] = ()
    height: int = 1
    age: timedelta | None = None

    def __post_init__(self) -> None:
        if self.height < 0:
            raise ValueError("a tree grows up")


@pytest.mark.parametrize(
    ("document", "place", "what"),
    [
        (b"[]", "", "Expected `object`, got `array`"),
        (b'{"height": "secret"}', "height", "Expected `int`, got `str`"),
        (b'{"height": -1}', "", "a tree grows up"),
        (b'{"leaves": [{}, {"name": "S3cret"}]}', "leaves[1].name", r"Expected `str` matching regex '\\A[a-z]+\\Z'"),
        (b'{"age": "P1W"}', "age", "Only units 'D', 'H', 'M', and 'S' are supported when parsing ISO8601 durations"),
        (b'{"leaves": [{"colour": "secret"}]}', "leaves[0].colour", "Invalid enum value"),
        (b'{"leaves": [{"colour": "secret\' - at `$.height`"}]}', "leaves[0].colour", "Invalid enum value"),
        (b'{"leaves": [{"kind": 4711}]}', "leaves[0].kind", "Invalid enum value"),
        (b'{"roots": []}', "", "Object contains unknown field `roots`"),
        (b'{"a` - at `$.height": []}', "", "Object contains unknown field `a`"),
        (b'{"' + b"x" * 5000 + b'": []}', "", f"Object contains unknown field `{'x' * 50}`"),
    ],
)
def test_says_where_and_what_but_not_what_was_there(document: bytes, place: str, what: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(document, type=Tree)
    assert complaint_of(caught.value) == Complaint(place=place, what=what)
