"""Reading from hosts: what a command may ask of GitHub, and of where inputs come from. Declarations only."""

from __future__ import annotations

from typing import Protocol

from flakebot.model import Branch, Check, Comparison, Login, PullRequest, Push, RequiredCheck, Review, Sha
from flakebot.model.provenance import Facts, Question


class Reader(Protocol):
    """Reading from GitHub. Every call raises `UnavailableError` or, for a token that may not, `MisuseError`."""

    def pull_request(self, number: int) -> PullRequest:
        """Return a pull request as it is now, never from a cache."""

    def comparison(self, base: Sha, head: Sha) -> Comparison:
        """Return GitHub's comparison of two commits."""

    def file(self, path: str, branch: Branch) -> bytes | None:
        """Return a file's bytes at a branch's tip, None when there is none."""

    def tip(self, branch: Branch) -> Sha:
        """Return where a branch stands now; one that is not there is an error."""

    def reviews(self, number: int) -> tuple[Review, ...]:
        """Return the submitted reviews, oldest first."""

    def pushes(self, branch: Branch) -> tuple[Push, ...]:
        """Return how a branch of the repository moved, the latest move first: GitHub's latest record, not all of it."""

    def public_keys(self, login: Login) -> tuple[str, ...]:
        """Return the armoured public keys of an account."""

    def required_checks(self, branch: Branch) -> tuple[RequiredCheck, ...]:
        """Return what the branch's rulesets require; what classic protection requires cannot be read."""

    def checks(self, sha: Sha) -> tuple[Check, ...]:
        """Return the latest check runs and commit statuses of a commit."""


class Provenance(Protocol):
    """Asking others where content comes from: hosts for their refs, and everybody for the content itself."""

    def collect(self, questions: tuple[Question, ...]) -> Facts:
        """Return everything that was answered so far, with an answer to each of these questions.

        What cannot be had is an answer too (`Unknown`), and no error.
        """
