"""One request, parsed: who asks, for what, with which values. Reads; never answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, ValidationError

from flakebot.model import Sha
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.refusals import RefusalError, not_found
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.tokens import Token


class Input(BaseModel):
    """The body of a request. Like GitHub, it ignores what it does not know."""

    model_config = ConfigDict(extra="ignore", frozen=True)


_Input = TypeVar("_Input", bound=Input)


class Call(Struct, frozen=True, kw_only=True):
    """A request for the API. ``path`` holds the values in its address, ``headers`` lower-case names."""

    hub: Hub
    method: str
    host: str
    url_path: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    token: Token | None
    body: bytes

    @property
    def account(self) -> Account:
        """Whose token it is. Raises `RefusalError` without one."""
        if self.token is None:
            raise RefusalError(401, "Requires authentication")
        return self.token.account

    @property
    def repository(self) -> Repository:
        """The repository in the address."""
        found = self.hub.world.repository(self.path["owner"], self.path["repo"])
        if found is None:
            raise not_found()
        return found

    @property
    def pull(self) -> PullRequest:
        """The pull request in the address."""
        return self.repository.pulls.get(int(self.path["number"])) or _raise_not_found()

    def commit(self, revision: str) -> Sha:
        """Return the commit that a revision names. Raises `RefusalError` as GitHub does for an unknown one."""
        sha = self.repository.store.resolve(revision)
        if sha is None:
            raise RefusalError(422, f"No commit found for SHA: {revision}")
        return sha

    def input(self, model: type[_Input]) -> _Input:
        """Read the body. Raises `RefusalError` in GitHub's words for what is missing or of the wrong type."""
        try:
            return model.model_validate_json(self.body or b"{}")
        except ValidationError as error:
            raise _explained(error) from error


def _raise_not_found() -> PullRequest:
    raise not_found()


def _explained(error: ValidationError) -> RefusalError:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    match first["type"]:
        case "json_invalid":
            return RefusalError(400, "Problems parsing JSON")
        case "missing":
            return RefusalError(422, f'Invalid request.\n\n"{place}" wasn\'t supplied.')
        case _:
            return RefusalError(422, f"Invalid request.\n\nFor 'properties/{place}', {first['msg']}.")
