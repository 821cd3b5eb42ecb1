from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from flakebot.lock.canonical import canonical
from flakebot.lock.diff import diff
from flakebot.lock.document import LockError, parse
from tests.lock.generated import Document, locks
from tests.lock.samples import lock, renamed, written


@given(locks())
def test_what_is_read_is_written_again(document: Document) -> None:
    assert canonical(parse(written(document))) == written(document)


@given(locks())
def test_a_lock_does_not_differ_from_itself(document: Document) -> None:
    read = parse(written(document))
    assert diff(read, read).changes == ()


@given(locks(), st.data())
def test_other_names_for_nodes_are_no_change(document: Document, data: st.DataObject) -> None:
    nodes = document["nodes"]
    assert isinstance(nodes, dict)
    names = sorted(nodes.keys() - {"root"})
    shuffled = dict(zip(names, data.draw(st.permutations(names)), strict=True))
    assert diff(parse(written(document)), parse(written(renamed(document, shuffled)))).changes == ()


@given(locks(), locks())
def test_the_way_back_changes_the_same_inputs(one: Document, other: Document) -> None:
    old, new = parse(written(one)), parse(written(other))
    there, back = diff(old, new).changes, diff(new, old).changes
    assert sorted(change.path for change in there) == sorted(change.path for change in back)
    assert {change.path for change in there if change.old is None} == {
        change.path for change in back if change.new is None
    }


_SAMPLE = lock()


@settings(max_examples=600, deadline=None)
@given(st.integers(0, len(_SAMPLE) - 1), st.binary(min_size=1, max_size=1))
def test_no_byte_changes_without_being_seen(place: int, byte: bytes) -> None:
    """One byte more, less or other is no lock, has a defect, is not canonical, or is a change."""
    before, after = _SAMPLE[:place], _SAMPLE[place + 1 :]
    for data in (before + byte + after, before + byte + _SAMPLE[place:], before + after):
        assert data == _SAMPLE or _is_seen(data)


def _is_seen(data: bytes) -> bool:
    try:
        document = parse(data)
    except LockError:
        return True
    return canonical(document) != data or diff(parse(_SAMPLE), document).changes != ()


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_lock_or_a_lock_error(data: bytes) -> None:
    try:
        parse(data)
    except LockError as error:
        assert str(error)  # noqa: PT017 - nothing else may be raised
