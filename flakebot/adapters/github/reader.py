"""Read from GitHub, always afresh. Never writes and never keeps an answer for later."""

from __future__ import annotations

import base64
from urllib.parse import quote

from flakebot.adapters.github.checks import (
    CheckRunPage,
    Rule,
    latest_runs,
    latest_statuses,
    required_by,
)
from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.errors import NotFoundError
from flakebot.adapters.github.history import ComparisonPage, comparison_of
from flakebot.adapters.github.outage import CAN_REPEAT
from flakebot.adapters.github.pulls import pull_request_of, submitted
from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.github.shapes import (
    ActivityAnswer,
    FileAnswer,
    Key,
    PullRequestAnswer,
    RefAnswer,
    ReviewAnswer,
)
from flakebot.adapters.github.statuses import read_statuses
from flakebot.errors import MisuseError, UnavailableError
from flakebot.model import Branch, Check, Comparison, Login, PullRequest, Push, RequiredCheck, Review, Sha
from flakebot.ports import Reader

PULLS = "Pull requests: read"
CONTENTS = "Contents: read"
CHECKS_ADVICE = (
    "Fine-grained tokens cannot read check runs at all: give the job's own token as FLAKEBOT_JOB_TOKEN "
    "(in a workflow: job-token, with the permission checks: read)."
)


class GithubReader(Reader):
    """Reading with one account's token, about the connection's repository."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._home = f"/repos/{connection.name}"

    def pull_request(self, number: int) -> PullRequest:
        """Return a pull request as it is now. Costs 1 call."""
        purpose = Purpose(doing=f"read pull request #{number}", needs=PULLS)
        return pull_request_of(self._connection.read(PullRequestAnswer, f"{self._home}/pulls/{number}", purpose))

    def comparison(self, base: Sha, head: Sha) -> Comparison:
        """Return GitHub's comparison of two commits. Costs 1 call per 100 commits.

        GitHub lists at most 300 files; the comparison then names fewer than the pull request counts.
        """
        purpose = Purpose(doing=f"compare {base[:7]} with {head[:7]}", needs=CONTENTS)
        pages = self._connection.read_all(ComparisonPage, f"{self._home}/compare/{base}...{head}", purpose)
        return comparison_of(pages)

    def file(self, path: str, branch: Branch) -> bytes | None:
        """Return a file's bytes at a branch's tip, None when there is none. Costs 1 call.

        GitHub also denies a file in a repository that the token may not see; a missing branch is an error.
        """
        purpose = Purpose(doing=f"read {path} of {branch}", needs=CONTENTS)
        address, query = f"{self._home}/contents/{quote(path)}", {"ref": f"refs/heads/{branch}"}
        try:
            return base64.b64decode(self._connection.read(FileAnswer, address, purpose, query).content)
        except NotFoundError as error:
            if error.answer.says("No commit found"):
                raise MisuseError(
                    f"could not {purpose.doing}: there is no branch {branch}",
                    advice="Is `base-branch` right? It names the branch that updates are merged into.",
                ) from error
            return None

    def tip(self, branch: Branch) -> Sha:
        """Return where a branch stands now. Costs 1 call."""
        purpose = Purpose(doing=f"read where {branch} stands", needs=CONTENTS)
        name = f"heads/{branch}"
        found = self._connection.read(RefAnswer, f"{self._home}/git/ref/{quote(name)}", purpose)
        if found.ref != f"refs/{name}":
            raise UnavailableError(f"could not {purpose.doing}: GitHub answered with {found.ref}", advice=CAN_REPEAT)
        return found.object.sha

    def reviews(self, number: int) -> tuple[Review, ...]:
        """Return the submitted reviews, oldest first. Costs 1 call per 100 reviews."""
        purpose = Purpose(doing=f"read the reviews of #{number}", needs=PULLS)
        pages = self._connection.read_all(tuple[ReviewAnswer, ...], f"{self._home}/pulls/{number}/reviews", purpose)
        return submitted(review for page in pages for review in page)

    def pushes(self, branch: Branch) -> tuple[Push, ...]:
        """Return the latest 100 moves of a branch, the latest first. Costs 1 call."""
        purpose = Purpose(doing=f"read who pushed to {branch}", needs=CONTENTS)
        query: dict[str, str | int] = {"ref": f"refs/heads/{branch}", "per_page": 100}
        found = self._connection.read(tuple[ActivityAnswer, ...], f"{self._home}/activity", purpose, query)
        return tuple(
            Push(pusher=None if move.actor is None else move.actor.login, before=move.before, after=move.after)
            for move in found
        )

    def public_keys(self, login: Login) -> tuple[str, ...]:
        """Return the armoured public keys of an account. Costs 1 call per 100 keys."""
        purpose = Purpose(doing=f"read the keys of {login}", needs="nothing but to be valid")
        pages = self._connection.read_all(tuple[Key, ...], f"/users/{quote(login, safe='')}/gpg_keys", purpose)
        return tuple(key.raw_key for page in pages for key in page if key.raw_key)

    def required_checks(self, branch: Branch) -> tuple[RequiredCheck, ...]:
        """Return what the branch's rulesets require. Costs 1 call per 100 rules."""
        purpose = Purpose(doing=f"read the rules of {branch}", needs="Metadata: read")
        path = f"{self._home}/rules/branches/{quote(branch, safe='')}"
        return required_by(rule for page in self._connection.read_all(tuple[Rule, ...], path, purpose) for rule in page)

    def checks(self, sha: Sha) -> tuple[Check, ...]:
        """Return the latest check runs and statuses of a commit. Costs 1 call per 100 of either, at least 2."""
        return (*self._check_runs(sha), *latest_statuses(read_statuses(self._connection, sha)))

    def _check_runs(self, sha: Sha) -> tuple[Check, ...]:
        purpose = Purpose(doing=f"read the check runs of {sha[:7]}", needs="Checks: read", advice=CHECKS_ADVICE)
        path = f"{self._home}/commits/{sha}/check-runs"
        pages = self._connection.read_all(CheckRunPage, path, purpose, {"filter": "latest"})
        runs = tuple(run for page in pages for run in page.check_runs)
        if len(runs) < pages[-1].total_count:
            raise UnavailableError(
                f"GitHub lists {len(runs)} of {pages[-1].total_count} check runs of {sha[:7]}",
                advice="A check that is not listed may have failed; run it again later.",
            )
        return latest_runs(runs)
