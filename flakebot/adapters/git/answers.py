"""What a remote's answer to git means. Pure; keeps the server's own words, and tells a refusal from a failure."""

from __future__ import annotations

import re

from flakebot.errors import FlakebotError, HeadMovedError, MisuseError, RefusedError, UnavailableError
from flakebot.model import Branch

_REJECTION = re.compile(r"^!\t(?P<refs>\S*)\t\[(?P<kind>[a-z ]+)\](?: \((?P<reason>.*)\))?", re.MULTILINE)
_MOVED = re.compile(
    r"stale info|cannot lock ref|reference already exists|fetch first|non-fast-forward|incorrect old value"
)
_ENTRANCE = re.compile(
    r"returned error: 40[134]|[Aa]uthentication failed|could not read (Username|Password)|[Rr]epository not found"
    r"|does not appear to be a git repository"
)
_NO_BRANCH = re.compile(r"[Cc]ouldn't find remote ref refs/heads/(\S+)")
_ABSENT = re.compile(r"not our ref|[Cc]ouldn't find remote ref|unadvertised object")


def push_failure(branch: Branch, url: str, stdout: str, stderr: str) -> FlakebotError:
    """Return what a failed ``git push --porcelain`` of one branch means."""
    rejection = _REJECTION.search(stdout)
    if rejection is None or rejection["kind"] == "remote failure":
        return remote_failure("push to", url, stderr)
    reason = rejection["reason"] or rejection["kind"]
    # Of two pushes at one moment the later one's reason is only "failed to update ref"; the server says why beside it.
    if _MOVED.search(f"{reason} {server_words(stderr)}"):
        return HeadMovedError(
            f"{branch} is not where it was: {reason}",
            advice="Somebody moved it meanwhile. Run this again; it starts over from where the branch stands now.",
        )
    return RefusedError(
        f"{_host(url)} declined to move {branch}: {server_words(stderr) or reason}",
        advice="Look at the rules of that branch, and at what the author's account may push.",
    )


def remote_failure(doing: str, url: str, stderr: str) -> FlakebotError:
    """Return what a failed conversation with the remote means; ``doing`` ends in a preposition."""
    said = server_words(stderr) or last_words(stderr)
    if _ENTRANCE.search(stderr):
        return MisuseError(
            f"git could not {doing} {url}: {said}",
            advice="Does the repository exist, and may this token do that (Contents: read, to push: write)?",
        )
    if (branch := _NO_BRANCH.search(stderr)) is not None:
        return MisuseError(
            f"git could not {doing} {url}: there is no branch {branch[1]}",
            advice="Is `base-branch` right? It names the branch that updates are merged into.",
        )
    if _ABSENT.search(stderr):
        return MisuseError(
            f"git could not {doing} {url}: {said}",
            advice="The commit is not there (any more). Start over from the head.",
        )
    return UnavailableError(f"git could not {doing} {url}: {said}", advice="Run it again later.")


def server_words(stderr: str) -> str:
    """Return what the server itself said: the lines that git marks with ``remote:``."""
    lines = (line.removeprefix("remote:").strip() for line in stderr.splitlines() if line.startswith("remote:"))
    return " ".join(line for line in lines if line)


def last_words(stderr: str) -> str:
    """Return git's own reason, which is the last thing that it says."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (reasons or lines or ["it said nothing"])[-1]


def _host(url: str) -> str:
    return url.split("/")[2] if url.startswith("https://") else url
