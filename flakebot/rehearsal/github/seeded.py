"""One repository of the stand-in, for Python: filled and steered without a token. Every call sees what is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from flakebot.model import RepositoryName, Sha
from flakebot.rehearsal.github.events.auto_merge import settle
from flakebot.rehearsal.github.events.branches import branch_moved
from flakebot.rehearsal.github.git.commits import Sign, Stamp
from flakebot.rehearsal.github.git.seeding import Content, Draft, write_draft
from flakebot.rehearsal.github.git.store import Store
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import Protection, Role, Settings, Workflow
from flakebot.rehearsal.github.state.world import present


def repository_name(text: str) -> RepositoryName:
    """Read ``owner/name``."""
    owner, _, name = text.partition("/")
    return RepositoryName(owner=owner, name=name)


class SeededRepository(Struct, frozen=True, kw_only=True):
    """A repository as a rehearsal's script holds it; ``state`` is what the stand-in remembers of it."""

    hub: Hub
    state: Repository

    @classmethod
    def create(
        cls,
        hub: Hub,
        name: RepositoryName,
        settings: Settings,
        workflow: Workflow,
        collaborators: dict[Account, Role],
        parent: Repository | None = None,
    ) -> SeededRepository:
        """Make an empty repository, or one that shares its parent's objects."""
        owner = hub.world.account(name.owner)
        if owner is None:
            raise ValueError(f"there is no account {name.owner}")
        if hub.world.repository(name.owner, name.name) is not None:
            raise ValueError(f"the repository {name} exists already")
        folder = hub.world.root / "repositories" / f"{name}.git"
        shared = None if parent is None else parent.store.folder / "objects"
        with hub.world.lock:
            state = Repository(
                id=hub.world.next_id(),
                owner=owner,
                name=name.name,
                store=Store.create(folder, settings.default_branch, hub.world.root / "hooks", shared),
                settings=settings,
                workflow=workflow,
                created_at=present(),
                pushed_at=present(),
                parent=parent,
                collaborators=collaborators,
            )
            hub.world.keep_repository(state)
        return cls(hub=hub, state=state)

    def fork(self, owner: Account) -> SeededRepository:
        """Fork it, with all its branches, into an account."""
        name = RepositoryName(owner=owner.login, name=self.state.name)
        settings = replace(self.state.settings, protections=())
        fork = SeededRepository.create(self.hub, name, settings, Workflow(), {}, parent=self.state)
        for ref, sha in self.state.store.refs().items():
            fork.state.store.update_ref(ref, sha)
        return fork

    def commit(
        self,
        files: Mapping[str, Content],
        message: str = "Change files",
        *,
        branch: str | None = None,
        author: Account | None = None,
        sign: Sign | None = None,
        when: datetime | None = None,
        pusher: Account | None = None,
    ) -> Sha:
        """Add a commit to a branch (made from the default one if it is new) as if ``pusher`` had pushed it."""
        target, writer = branch or self.state.default_branch, author or self.state.owner
        stamp = Stamp(name=writer.name or writer.login, email=writer.public_email, when=when or present())
        with self._settled():
            store = self.state.store
            parent = store.branch(target) or store.branch(self.state.default_branch)
            sha = write_draft(store, Draft(files=files, message=message, author=stamp, parent=parent, sign=sign))
            self._move(target, sha, pusher or writer, when)
        return sha

    def set_branch(self, branch: str, sha: Sha, *, pusher: Account | None = None, when: datetime | None = None) -> None:
        """Point a branch at a commit, forwards or not, now or as of some time."""
        with self._settled():
            self._move(branch, sha, pusher or self.state.owner, when)

    def delete_branch(self, branch: str) -> None:
        """Delete a branch."""
        with self._settled():
            self.state.store.delete_ref(f"refs/heads/{branch}")
            branch_moved(self.hub, self.state, branch, None, self.state.owner)

    def head(self, branch: str | None = None) -> Sha:
        """Return the tip of a branch. Raises `KeyError` when there is none."""
        name = branch or self.state.default_branch
        with self._settled():
            tip = self.state.store.branch(name)
        if tip is None:
            raise KeyError(name)
        return tip

    def read(self, path: str, *, at: str | None = None) -> bytes:
        """Return a file's content at a revision. Raises `KeyError` when there is none."""
        with self._settled():
            content = self.state.store.blob(f"{at or self.head()}:{path}")
        if content is None:
            raise KeyError(path)
        return content

    def pull(self, number: int) -> PullRequest:
        """Return a pull request. Raises `KeyError` when there is none."""
        with self._settled():
            return self.state.pulls[number]

    def pulls(self) -> tuple[PullRequest, ...]:
        """Return all pull requests, oldest first."""
        with self._settled():
            return tuple(self.state.pulls.values())

    def protect(self, *protections: Protection) -> None:
        """Replace the rules."""
        with self._settled():
            self.state.settings = replace(self.state.settings, protections=protections)

    @contextmanager
    def _settled(self) -> Iterator[None]:
        with self.hub.world.lock:
            settle(self.hub)
            yield
            settle(self.hub)

    def _move(self, branch: str, sha: Sha, pusher: Account, at: datetime | None = None) -> None:
        self.state.store.update_ref(f"refs/heads/{branch}", sha)
        branch_moved(self.hub, self.state, branch, sha, pusher, at=at)
