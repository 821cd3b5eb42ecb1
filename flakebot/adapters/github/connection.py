"""One account's door to GitHub's API. Never repeats a write that may have happened, never shows the token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from github import Auth, Github, GithubException
from github.Repository import Repository
from msgspec import Struct
from requests.exceptions import RequestException

from flakebot import __version__
from flakebot.adapters.github.answer import read_answer
from flakebot.adapters.github.deadline import within
from flakebot.adapters.github.errors import OutageError, explained
from flakebot.adapters.github.outage import CAN_REPEAT, unreachable
from flakebot.adapters.github.purpose import Caller, Purpose
from flakebot.adapters.github.retry import may_read_again, may_write_again, persistently
from flakebot.adapters.github.shapes import parsed
from flakebot.errors import MisuseError, UnavailableError
from flakebot.model import RepositoryName, Token
from flakebot.ports import Clock

API_VERSION = "2022-11-28"
"""The oldest version in service, which every GitHub Enterprise Server of today knows too."""

TIMEOUT_SECONDS = 30
"""For connecting, and again for each pause in an answer."""

LIMIT = timedelta(minutes=2)
"""For one request and its whole answer, which a server could otherwise let drip for ever."""

PAGE_SIZE = 100
LAST_PAGE = 100
FREE_WRITES = 5
WRITE_PAUSE = timedelta(seconds=1)
"""GitHub asks for a second between writes when there are many of them; a few may follow each other."""

_ShapeT = TypeVar("_ShapeT", bound=Struct | tuple[Struct, ...])
_T = TypeVar("_T")
Query = Mapping[str, str | int]


class Connection:
    """Requests of one account about one repository, parsed as they arrive."""

    def __init__(
        self,
        *,
        token: Token,
        role: str,
        repository: RepositoryName,
        api_url: str,
        clock: Clock,
        limit: timedelta = LIMIT,
    ) -> None:
        self.name = repository
        self.clock = clock
        self._token = token
        self._limit = limit
        self._caller = Caller(role=role, repository=str(repository))
        self._host = urlsplit(api_url).netloc
        self._writes = 0
        # Lazy objects send nothing by themselves: a call of PyGithub's is one request. It would also repeat POST
        # after a 5xx and sleep between any two requests; what may be repeated is decided in `retry`.
        self._github = Github(
            auth=Auth.Token(token.reveal()),
            base_url=api_url,
            user_agent=f"flakebot/{__version__}",
            api_version=API_VERSION,
            timeout=TIMEOUT_SECONDS,
            lazy=True,
            retry=None,
            seconds_between_requests=0,
            seconds_between_writes=0,
        )

    @property
    def repository(self) -> Repository:
        """PyGithub's repository, for its writing methods. Its attributes would cost a request; nobody reads them."""
        return self._github.get_repo(str(self.name))

    def read(self, shape: type[_ShapeT], path: str, purpose: Purpose, query: Query | None = None) -> _ShapeT:
        """Return the answer to one GET. Costs 1 call."""
        return parsed(shape, self._page(path, purpose, query or {})[1], purpose)

    def read_all(
        self, shape: type[_ShapeT], path: str, purpose: Purpose, query: Query | None = None
    ) -> tuple[_ShapeT, ...]:
        """Return every page of a list. Costs 1 call per 100 entries, at least 1.

        The pages are counted here, so that no address that a server names is ever followed.
        """
        pages: list[_ShapeT] = []
        for number in range(1, LAST_PAGE + 1):
            headers, document = self._page(path, purpose, {**(query or {}), "page": number, "per_page": PAGE_SIZE})
            pages.append(parsed(shape, document, purpose))
            if 'rel="next"' not in str(headers.get("link", "")):
                return tuple(pages)
        raise UnavailableError(f"could not {purpose.doing}: there are more than {LAST_PAGE * PAGE_SIZE} entries")

    def write(self, purpose: Purpose, call: Callable[[], _T]) -> _T:
        """Run one writing method of PyGithub's. Costs 1 call, and is repeated only when GitHub did nothing."""
        if self._writes >= FREE_WRITES:
            self.clock.sleep(WRITE_PAUSE)
        self._writes += 1
        return persistently(lambda: self._explaining(purpose, call), clock=self.clock, may_repeat=may_write_again)

    def delete(self, path: str, purpose: Purpose) -> None:
        """Delete something. Costs 1 call."""
        self.write(purpose, lambda: self._github.requester.requestJsonAndCheck("DELETE", path))

    def mutate(
        self, shape: type[_ShapeT], mutation: str, variables: Mapping[str, str], selection: str, purpose: Purpose
    ) -> _ShapeT:
        """Run a GraphQL mutation. Costs 1 call."""
        _, document = self.write(
            purpose, lambda: self._github.requester.graphql_named_mutation(mutation, dict(variables), selection)
        )
        return parsed(shape, document, purpose)

    def _page(self, path: str, purpose: Purpose, query: Query) -> tuple[dict[str, object], object]:
        def call() -> tuple[dict[str, object], object]:
            return self._github.requester.requestJsonAndCheck("GET", path, parameters=dict(query))

        return persistently(lambda: self._explaining(purpose, call), clock=self.clock, may_repeat=may_read_again)

    def _explaining(self, purpose: Purpose, call: Callable[[], _T]) -> _T:
        """Call, and raise what a failure means. The cause is left out: its request carries the token."""
        try:
            return within(self._limit, call)
        except GithubException as error:
            answer = read_answer(error, token=self._token)
            raise explained(answer, purpose, self._caller, now=self.clock.now()) from None
        except RequestException as error:
            raise unreachable(error, purpose, self._host) from None
        except RuntimeError:  # PyGithub's word for a redirect that it does not follow
            raise MisuseError(
                f"could not {purpose.doing}: {self._host} sends us elsewhere",
                advice="Set GITHUB_API_URL to the server's own address.",
            ) from None
        except ValueError:
            raise OutageError(
                f"could not {purpose.doing}: {self._host} did not answer in JSON", advice=CAN_REPEAT
            ) from None
