"""Ask hosts where refs stood, side by side: GitHub by its API where there is a token, everybody else by git."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from flakebot.adapters.provenance.git_tips import past_tips
from flakebot.adapters.provenance.places import git_remote, github_repository
from flakebot.errors import FlakebotError
from flakebot.interrupts import awaited
from flakebot.model.provenance import Unknown
from flakebot.model.tips import PastTips, TipsAnswer, TipsAnswers
from flakebot.ports.tips import Tips

if TYPE_CHECKING:  # at run time only who has a token for GitHub's API loads its client
    from flakebot.adapters.provenance.github_tips import GithubTips

WORKERS = 8
"""Questions at once, as for provenance."""


class HostTips(Tips):
    """Refs of every host. ``github`` is None without a token; ``server`` is the GitHub that it is of."""

    def __init__(self, github: GithubTips | None, server: str = "github.com") -> None:
        self._github = github
        self._server = server

    def past(self, questions: tuple[PastTips, ...]) -> TipsAnswers:
        """Return an answer to each question. Runs beside other work, so only the whole command ends what it started."""
        pool = ThreadPoolExecutor(WORKERS)
        try:
            answers = awaited([pool.submit(self._answer, question) for question in questions])
            return dict(zip(questions, answers, strict=True))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _answer(self, asked: PastTips) -> TipsAnswer:
        repository = github_repository(asked.place, self._server)
        if repository is not None and self._github is not None:
            return self._github.past(asked, repository)
        remote = git_remote(asked.place)
        try:
            return remote if isinstance(remote, Unknown) else past_tips(remote, asked)
        except FlakebotError as error:
            return Unknown(reason=str(error))
