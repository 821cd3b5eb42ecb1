"""Commits as git stores them: taken apart and put together, byte by byte. Pure; never guesses what is malformed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct

from flakebot.errors import MisuseError, RefusedError
from flakebot.model import Commit, Person, Sha

_PERSON = re.compile(r"(?P<name>[^<>\n]*?) ?<(?P<email>[^<>\n]*)> (?P<seconds>\d+) (?P<zone>[+-]\d{4})")
_SHA = re.compile(rb"[0-9a-f]{40}")
_ONCE = (b"tree", b"author", b"committer")
_UNFIT = re.compile(r"[\x00-\x1f\x7f<>]")


class _Header(Struct, frozen=True, kw_only=True):
    name: bytes
    value: bytes
    raw: bytes


def parse_commit(sha: Sha, content: bytes) -> Commit:
    """Take a commit object apart. Raises `RefusedError` when it is not one that git itself would write."""
    if object_name("commit", content) != sha:
        raise _malformed(sha, "its content does not have that name")
    if b"\0" in content:
        raise _malformed(sha, "it contains a NUL")
    head, separator, message = content.partition(b"\n\n")
    if not separator:
        raise _malformed(sha, "it has no message")
    headers = tuple(_headers(sha, head + b"\n"))
    tree, author, committer = (_only(sha, headers, name) for name in _ONCE)
    signatures = [header for header in headers if header.name.startswith(b"gpgsig")]
    if len(signatures) > 1 or any(header.name != b"gpgsig" for header in signatures):
        raise _malformed(sha, "it has more than one signature, or one of an unknown kind")
    encoding = _encoding(headers)
    return Commit(
        sha=sha,
        tree=_named(sha, tree),
        parents=tuple(_named(sha, header.value) for header in headers if header.name == b"parent"),
        author=_person(sha, author, encoding),
        committer=_person(sha, committer, encoding),
        message=message.decode(encoding, errors="replace"),
        signature=signatures[0].value.decode("ascii", errors="replace") + "\n" if signatures else None,
        payload=b"".join(header.raw for header in headers if header.name != b"gpgsig") + b"\n" + message,
    )


def committed_at(commit: Commit) -> datetime:
    """Return when a commit was committed, in UTC."""
    match = re.search(rb"^committer .*> (\d{1,11}) [+-]\d{4}$", commit.payload, re.MULTILINE)
    if match is None:
        raise _malformed(commit.sha, "its date is out of range")
    return datetime.fromtimestamp(int(match[1]), UTC)


def commit_payload(
    *, tree: Sha, parents: tuple[Sha, ...], author: Person, committer: Person, when: datetime, message: str
) -> bytes:
    """Return the bytes of an unsigned commit, which are those that its signature covers; times in UTC.

    Raises `MisuseError` for a name or an e-mail address that git could not tell apart from what surrounds it.
    """
    seconds = int(when.timestamp())
    lines = (
        f"tree {tree}",
        *(f"parent {parent}" for parent in parents),
        f"author {_written(author)} {seconds} +0000",
        f"committer {_written(committer)} {seconds} +0000",
        "",
        message,
    )
    return "\n".join(lines).encode()


def with_signature(payload: bytes, signature: str) -> bytes:
    """Return the commit's bytes with an armoured detached signature over ``payload`` in its header."""
    head, _, message = payload.partition(b"\n\n")
    folded = signature.strip().replace("\n", "\n ")
    return head + f"\ngpgsig {folded}\n\n".encode("ascii") + message


def object_name(kind: str, content: bytes) -> Sha:
    """Return the name that git gives to an object."""
    return Sha(hashlib.sha1(f"{kind} {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest())


def _headers(sha: Sha, head: bytes) -> Iterator[_Header]:
    """Split a commit's head into headers; a line that begins with a space continues the one before."""
    for raw in re.split(rb"(?<=\n)(?! )", head)[:-1]:
        name, separator, value = raw.removesuffix(b"\n").partition(b" ")
        if not (name and separator):
            raise _malformed(sha, f"{name!r} is not a header")
        yield _Header(name=name, value=value.replace(b"\n ", b"\n"), raw=raw)


def _only(sha: Sha, headers: tuple[_Header, ...], name: bytes) -> bytes:
    values = [header.value for header in headers if header.name == name]
    if len(values) != 1:
        raise _malformed(sha, f"it has {len(values)} headers `{name.decode()}`, expected one")
    return values[0]


def _named(sha: Sha, value: bytes) -> Sha:
    if not _SHA.fullmatch(value):
        raise _malformed(sha, "it names an object by something else than 40 hexadecimal digits")
    return Sha(value.decode("ascii"))


def _person(sha: Sha, value: bytes, encoding: str) -> Person:
    match = _PERSON.fullmatch(value.decode(encoding, errors="replace"))
    if match is None:
        raise _malformed(sha, "its author or committer is not `Name <e-mail> seconds zone`")
    return Person(name=match["name"], email=match["email"])


def _encoding(headers: tuple[_Header, ...]) -> str:
    """Return the encoding that the commit declares, when it is one that keeps ASCII as it is; else UTF-8."""
    declared = next(
        (header.value.decode("ascii", errors="replace") for header in headers if header.name == b"encoding"), ""
    )
    return "latin-1" if declared.lower() in {"iso-8859-1", "iso8859-1", "latin1", "latin-1"} else "utf-8"


def _written(person: Person) -> str:
    for text in (person.name, person.email):
        if not text or text != text.strip() or _UNFIT.search(text):
            raise MisuseError(
                f"{text!r} cannot stand in a commit",
                advice="A committer needs a name and an e-mail without angle brackets, line ends and outer spaces.",
            )
    return str(person)


def _malformed(sha: Sha, reason: str) -> RefusedError:
    return RefusedError(
        f"commit {sha[:7]} is malformed: {reason}", advice="Nothing that git writes looks so; look at who pushed it."
    )
