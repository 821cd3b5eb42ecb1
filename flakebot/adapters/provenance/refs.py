"""Ask about a ref in the cheapest way that is certain: its tip by git, its history by GitHub's API or by git again."""

from __future__ import annotations

from flakebot.adapters.git.environment import Remote
from flakebot.adapters.provenance.git_refs import Tip, leads_to, tip_of
from flakebot.adapters.provenance.github_refs import GithubRefs
from flakebot.adapters.provenance.places import git_remote, github_repository
from flakebot.model.provenance import BecameTip, IsOnRef, OnRef, OnRefAnswer, TipAnswer, Unknown, Unrecorded


class Refs:
    """Refs of every host. ``github`` is None without a token; ``server`` is the GitHub that it is of."""

    def __init__(self, github: GithubRefs | None, server: str = "github.com") -> None:
        self._github = github
        self._server = server

    def on_ref(self, question: OnRef) -> OnRefAnswer:
        """Return whether the ref leads to the revision. Most often it is the very tip, which costs no API call."""
        remote = git_remote(question.place)
        if isinstance(remote, Unknown):
            return remote
        tip = tip_of(remote, question.ref)
        if isinstance(tip, Tip) and tip.sha == question.rev:
            return IsOnRef(holds=True)
        return self._by_history(question, remote, tip)

    def became_tip(self, question: BecameTip) -> TipAnswer:
        """Return when the revision became the tip, where the host keeps a record of pushes."""
        repository = github_repository(question.place, self._server)
        if repository is None or self._github is None:
            return Unrecorded()
        return self._github.became_tip(repository, question.ref, question.rev)

    def _by_history(self, question: OnRef, remote: Remote, tip: Tip | Unknown) -> OnRefAnswer:
        repository = github_repository(question.place, self._server)
        if repository is not None and self._github is not None:
            return self._github.leads_to(repository, question.ref, question.rev)
        return tip if isinstance(tip, Unknown) else leads_to(remote, tip, question.rev)
