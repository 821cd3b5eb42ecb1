"""A client of the API as simple as curl: production addresses through the stand-in's proxy."""

from __future__ import annotations

from typing import Protocol

import requests
from msgspec import Struct, field

from flakebot.rehearsal.github import StandIn

API = "https://api.github.com"
SECONDS = 20


class Client(Struct, frozen=True, kw_only=True):
    """Asks with one token, or with none."""

    github: StandIn
    token: str | None = None
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        environment = self.github.environment()
        self.session.trust_env = False
        self.session.proxies = {"https": environment["HTTPS_PROXY"]}
        self.session.verify = environment["REQUESTS_CA_BUNDLE"]
        if self.token is not None:
            self.session.headers["Authorization"] = f"token {self.token}"

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> requests.Response:
        """Ask below the API's address, or at a whole one, and follow no redirect."""
        url = path if path.startswith("https://") else API + path
        return self.session.request(method, url, json=body, headers=headers, timeout=SECONDS, allow_redirects=False)

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: object) -> requests.Response:
        return self.ask("POST", path, body)


class Connect(Protocol):
    """Makes a client for a token, closed when the test ends."""

    def __call__(self, token: str | None = None) -> Client: ...
