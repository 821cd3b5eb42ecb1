"""The shapes of GitHub's comparison of two commits, and what they mean. No I/O."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from flakebot.adapters.github.shapes import FullSha
from flakebot.model import Comparison, HostCommit, Login


class Person(Struct, frozen=True, kw_only=True):
    """An account that a commit's e-mail belongs to; GitHub also writes an empty object for none."""

    login: Login | None = None


class Verification(Struct, frozen=True, kw_only=True):
    """What GitHub found when it checked a signature."""

    verified: bool
    reason: str


class CommitText(Struct, frozen=True, kw_only=True):
    """The part of a commit that git knows too."""

    verification: Verification


class CommitAnswer(Struct, frozen=True, kw_only=True):
    """A commit in a comparison."""

    sha: FullSha
    author: Person | None
    committer: Person | None
    commit: CommitText


class MergeBase(Struct, frozen=True, kw_only=True):
    """The common ancestor."""

    sha: FullSha


class ChangedFile(Struct, frozen=True, kw_only=True):
    """A changed path; a renamed one changed under both names."""

    filename: str
    previous_filename: str | None = None


class ComparisonPage(Struct, frozen=True, kw_only=True):
    """A page of commits; GitHub lists the files, at most 300, on the first page only."""

    merge_base_commit: MergeBase
    total_commits: Annotated[int, Meta(ge=0)]
    commits: tuple[CommitAnswer, ...]
    files: tuple[ChangedFile, ...] = ()


def comparison_of(pages: tuple[ComparisonPage, ...]) -> Comparison:
    """Return what the pages say together; lists that GitHub cut stay shorter than their counts."""
    first = pages[0]
    names = (name for file in first.files for name in (file.previous_filename, file.filename))
    return Comparison(
        merge_base=first.merge_base_commit.sha,
        total_commits=first.total_commits,
        commits=tuple(_host_commit(commit) for page in pages for commit in page.commits),
        files=tuple(name for name in names if name is not None),
    )


def _host_commit(answer: CommitAnswer) -> HostCommit:
    return HostCommit(
        sha=answer.sha,
        author=answer.author.login if answer.author is not None else None,
        committer=answer.committer.login if answer.committer is not None else None,
        verified=answer.commit.verification.verified,
        reason=answer.commit.verification.reason,
    )
