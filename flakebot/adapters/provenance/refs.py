"""Ask about a ref in the cheapest way that is certain: its tip by git, its history by GitHub's API or by git again.

Whatever answers is the host: what whoever writes a lock controls, the lock and the commits, only says what is asked.
"""

from __future__ import annotations

from flakebot.adapters.git.environment import Remote
from flakebot.adapters.provenance.git_refs import BRANCHES, Tip, leads_to, tip_of
from flakebot.adapters.provenance.github_refs import GithubRefs
from flakebot.adapters.provenance.places import git_remote, github_repository
from flakebot.adapters.provenance.record import still_leads_to
from flakebot.model import RepositoryName
from flakebot.model.provenance import BecameTip, IsOnRef, OnRef, OnRefAnswer, TipAnswer, Unknown, Unrecorded

_ON_REF = IsOnRef(holds=True)


class Refs:
    """Refs of every host. ``github`` is None without a token; ``server`` is the GitHub that it is of."""

    def __init__(self, github: GithubRefs | None, server: str = "github.com") -> None:
        self._github = github
        self._server = server

    def on_ref(self, question: OnRef) -> OnRefAnswer:
        """Return whether the ref leads to the revision. Most often it is the very tip, which costs no API call."""
        remote = git_remote(question.place)
        return remote if isinstance(remote, Unknown) else self._on_ref(question, remote, tip_of(remote, question.ref))

    def became_tip(self, question: BecameTip) -> TipAnswer:
        """Return when the revision became the tip, where the host keeps a record of pushes."""
        repository = github_repository(question.place, self._server)
        if repository is None or self._github is None:
            return Unrecorded()
        return self._github.became_tip(repository, question.ref, question.rev)

    def on_ref_since(self, question: OnRef) -> tuple[OnRefAnswer, TipAnswer]:
        """Answer both questions about a revision. Costs 1 API call where it was pushed as the tip, moved on or not.

        Git tells the default branch's name, and the record of pushes whether the branch still leads there.
        """
        repository, remote = github_repository(question.place, self._server), git_remote(question.place)
        if repository is None or self._github is None or isinstance(remote, Unknown):
            asked = BecameTip(place=question.place, ref=question.ref, rev=question.rev)
            return self.on_ref(question), self.became_tip(asked)
        return self._by_record(question, self._github, repository, remote)

    def _by_record(
        self, question: OnRef, github: GithubRefs, repository: RepositoryName, remote: Remote
    ) -> tuple[OnRefAnswer, TipAnswer]:
        tip = tip_of(remote, question.ref)
        is_branch = isinstance(tip, Tip) and tip.name.startswith(BRANCHES)
        moves = github.record(repository, tip.name if isinstance(tip, Tip) and is_branch else question.ref)
        if isinstance(moves, Unknown):
            return self._on_ref(question, remote, tip), moves
        is_on_ref = isinstance(tip, Tip) and still_leads_to(moves, tip.sha, question.rev)
        on_ref = _ON_REF if is_on_ref else self._on_ref(question, remote, tip)
        return on_ref, github.since(repository, moves, question.rev)

    def _on_ref(self, question: OnRef, remote: Remote, tip: Tip | Unknown) -> OnRefAnswer:
        if isinstance(tip, Tip) and tip.sha == question.rev:
            return _ON_REF
        repository = github_repository(question.place, self._server)
        if repository is not None and self._github is not None:
            return self._github.leads_to(repository, question.ref, question.rev)
        return tip if isinstance(tip, Unknown) else leads_to(remote, tip, question.rev)
