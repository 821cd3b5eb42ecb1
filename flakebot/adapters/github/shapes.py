"""The fields of GitHub's answers that flakebot reads, parsed once. A shape that is not expected is an error."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeVar

from msgspec import Meta, Struct, ValidationError, convert, field

from flakebot.adapters.complaint import complaint_of
from flakebot.adapters.github.purpose import Purpose
from flakebot.errors import UnavailableError
from flakebot.model import Branch, Login, Sha

GHOST = Login("ghost")
"""Whom GitHub shows in place of an account that was deleted."""

FullSha = Annotated[Sha, Meta(pattern=r"\A[0-9a-f]{40}\Z")]
AwareTime = Annotated[datetime, Meta(tz=True)]
"""A time that says its zone."""

_ShapeT = TypeVar("_ShapeT", bound=Struct | tuple[Struct, ...])


def parsed(shape: type[_ShapeT], document: object, purpose: Purpose) -> _ShapeT:
    """Return the document in its shape. Raises `UnavailableError` that names the field, and no value."""
    try:
        return convert(document, shape)
    except ValidationError as error:
        complaint = complaint_of(error)
        said = f"at {complaint.place or 'the whole'}: {complaint.what}"
    except UnicodeError:  # half a character, which JSON can escape and nothing can write
        said = "in some text, which is no Unicode"
    raise UnavailableError(
        f"could not {purpose.doing}: GitHub's answer is not as documented {said}",
        advice="Run this again; if it stays, look for a newer flakebot.",
    )


class Account(Struct, frozen=True, kw_only=True):
    """A user or an App's bot."""

    login: Login


class Repository(Struct, frozen=True, kw_only=True):
    """A repository, by its full name."""

    full_name: str


class Side(Struct, frozen=True, kw_only=True):
    """The head or the base of a pull request; a deleted fork has no ``repo``."""

    ref: Branch
    sha: FullSha
    repo: Repository | None


class Label(Struct, frozen=True, kw_only=True):
    """A label, by its name."""

    name: str


class Numbered(Struct, frozen=True, kw_only=True):
    """A pull request by its number alone."""

    number: int


class ListedAnswer(Numbered, frozen=True, kw_only=True):
    """A pull request in a list, where GitHub leaves out its counts."""

    html_url: str
    state: Literal["open", "closed"]
    merged_at: str | None
    title: str
    body: str | None
    user: Account | None
    base: Side
    head: Side
    labels: tuple[Label, ...]


class AutoMergeOrder(Struct, frozen=True, kw_only=True):
    """That somebody asked for auto-merge, and how."""

    merge_method: str


class PullRequestAnswer(ListedAnswer, frozen=True, kw_only=True):
    """A pull request as it is shown on its own."""

    node_id: str
    merged: bool
    draft: bool = False
    auto_merge: AutoMergeOrder | None = None
    changed_files: int
    commits: int
    comments: int


class MergeAnswer(Struct, frozen=True, kw_only=True):
    """GitHub's word that it merged."""

    merged: bool
    sha: FullSha

    def __post_init__(self) -> None:
        if not self.merged:
            raise ValueError("it did not merge")


class AutoMergeAnswer(Struct, frozen=True, kw_only=True):
    """GitHub's word that it will merge this pull request, has put it into its queue, or will leave it."""

    pull_request: Numbered = field(name="pullRequest")


class ReviewAnswer(Struct, frozen=True, kw_only=True):
    """A review; one without a commit is older than that field."""

    user: Account | None
    state: Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"]
    commit_id: FullSha | None


class CommentAnswer(Struct, frozen=True, kw_only=True):
    """A comment in a pull request's conversation."""

    id: int
    user: Account | None
    body: str | None = None


class ActivityAnswer(Struct, frozen=True, kw_only=True):
    """One time that a branch moved; GitHub writes a sha of zeros for one that was not there."""

    before: FullSha
    after: FullSha
    actor: Account | None


class CommitTarget(Struct, frozen=True, kw_only=True):
    """What a branch points at, which is always a commit."""

    type: Literal["commit"]
    sha: FullSha


class RefAnswer(Struct, frozen=True, kw_only=True):
    """One ref by its full name."""

    ref: str
    object: CommitTarget


class Key(Struct, frozen=True, kw_only=True):
    """A registered OpenPGP key; GitHub keeps no text of the oldest ones."""

    raw_key: str | None


class FileAnswer(Struct, frozen=True, kw_only=True):
    """A file of at most 1 MB; a larger one comes without its content."""

    type: Literal["file"]
    encoding: Literal["base64"]
    content: str
