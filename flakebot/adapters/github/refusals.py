"""What GitHub's refusals to merge mean: wait, look, or change a setting. No I/O."""

from __future__ import annotations

from flakebot.adapters.github.errors import DeclinedError
from flakebot.errors import FlakebotError, HeadMovedError, MisuseError, UnavailableError
from flakebot.model import Sha
from flakebot.ports import NotYet

BASE_MOVED = "Base branch was modified"
"""Another merge came first; GitHub wants to be asked again."""

_HEAD_MOVED = ("Head branch was modified", "expected head", "head oid", "head sha")
_WAITING = (
    "is expected",
    "are expected",
    "is queued",
    "is in progress",
    "is pending",
    "approving review",
    "code owner review",
    "approval from someone other than the last pusher",
    "have not succeeded",
    "out-of-date",
)
_FAILED = ("failing", "failed")
_METHOD = ("commits are not allowed", "merges are not allowed", "cannot be automatically signed", "merge method")


def refused_merge(declined: DeclinedError, *, sha: Sha, method: str) -> NotYet:
    """Return what GitHub still waits for; everything else is raised as the error that it is."""
    answer = declined.answer
    if answer.says(*_HEAD_MOVED):
        raise _moved(sha) from declined
    if answer.says(BASE_MOVED):
        raise UnavailableError(f"{declined}", advice="Others are merging at this moment; run this again.") from declined
    if answer.says("merge queue"):
        raise MisuseError(f"{declined}", advice='The base branch has a merge queue: set merge = "auto".') from declined
    if answer.says(*_METHOD):
        raise MisuseError(
            f"{declined}", advice=f"Set merge-method to one that the repository allows instead of {method}."
        ) from declined
    if answer.says(*_FAILED) or not answer.says(*_WAITING):
        raise declined
    return NotYet(reason=answer.reason)


def refused_auto_merge(declined: DeclinedError, *, sha: Sha) -> FlakebotError:
    """Return the error that a refused auto-merge is."""
    answer = declined.answer
    if answer.says("Auto merge is not allowed"):
        return MisuseError(
            f"{declined}", advice='Switch on “Allow auto-merge” in the repository\'s settings, or set merge = "now".'
        )
    if answer.says("Protected branch rules not configured"):
        return MisuseError(
            f"{declined}",
            advice='Nothing is required on the base branch, so nothing would be waited for: set merge = "now".',
        )
    return _moved(sha) if answer.says(*_HEAD_MOVED) else declined


def _moved(sha: Sha) -> HeadMovedError:
    return HeadMovedError(
        f"the head is no longer {sha[:7]}, so nothing was merged",
        advice="Find out who pushed; the next run judges the new head from the start.",
    )
