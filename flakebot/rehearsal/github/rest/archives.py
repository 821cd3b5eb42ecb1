"""Tarballs of a commit, as the API, the site and codeload serve them. Never writes."""

from __future__ import annotations

import secrets

from flakebot.model import Sha
from flakebot.rehearsal.github.http.answers import Answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import Endpoint, Handler, in_repository
from flakebot.rehearsal.github.http.permissions import read
from flakebot.rehearsal.github.refusals import not_found
from flakebot.rehearsal.github.state.tokens import Level, Permission, Token, TokenKind

CODELOAD = "https://codeload.github.com"
_CONTENTS = read(Permission.CONTENTS)


def redirect_to_tarball(call: Call) -> Answer:
    """Send the client to codeload, as the API does; the commit must exist."""
    ref = call.path.get("ref") or call.repository.default_branch
    _revision(call, ref)
    return _redirect(call, f"legacy.tar.gz/{ref}")


def redirect_to_archive(call: Call) -> Answer:
    """Send the client to codeload, as the site does."""
    ref = call.path["ref"]
    _revision(call, ref)
    return _redirect(call, f"tar.gz/{ref}")


def _redirect(call: Call, place: str) -> Answer:
    """Lead to codeload; clients drop their token on the way there, so a private repository's address holds one."""
    query = f"?token={_ticket(call)}" if call.repository.settings.is_private else ""
    return Answer(status=302, headers={"location": f"{CODELOAD}/{call.repository.full_name}/{place}{query}"})


def _ticket(call: Call) -> str:
    ticket = Token(
        value=secrets.token_urlsafe(24),
        account=call.account,
        kind=TokenKind.INSTALLATION,
        permissions={Permission.CONTENTS: Level.READ},
        repositories=frozenset({call.repository.full_name}),
    )
    call.hub.world.tokens[ticket.value] = ticket
    return ticket.value


def send_tarball(call: Call) -> Answer:
    """Serve a commit below one folder named for the repository and what was asked for."""
    ref = call.path["ref"]
    return _tarball(call, _revision(call, ref), f"{call.repository.name}-{ref.replace('/', '-')}")


def send_legacy_tarball(call: Call) -> Answer:
    """Serve a commit as the API's redirect leads to it: below ``owner-repository-sha``."""
    sha = _revision(call, call.path["ref"])
    return _tarball(call, sha, f"{call.repository.owner.login}-{call.repository.name}-{sha[:7]}")


def _revision(call: Call, ref: str) -> Sha:
    sha = call.repository.store.resolve(ref)
    if sha is None:
        raise not_found()
    return sha


def _tarball(call: Call, sha: Sha, folder: str) -> Answer:
    headers = {
        "content-type": "application/x-gzip",
        "content-disposition": f"attachment; filename={folder}.tar.gz",
        "etag": f'W/"{sha}"',
    }
    return Answer(body=call.repository.store.archive(sha, folder), headers=headers)


def _on_site(path: str, handler: Handler) -> Endpoint:
    return Endpoint(method="GET", path=f"/{{owner}}/{{repo}}{path}", handler=handler, needs=_CONTENTS)


ENDPOINTS = (
    in_repository("GET", "/tarball", redirect_to_tarball, _CONTENTS),
    in_repository("GET", "/tarball/{ref:path}", redirect_to_tarball, _CONTENTS),
)
SITE_ENDPOINTS = (_on_site("/archive/{ref:path}.tar.gz", redirect_to_archive),)
CODELOAD_ENDPOINTS = (
    _on_site("/tar.gz/{ref:path}", send_tarball),
    _on_site("/legacy.tar.gz/{ref:path}", send_legacy_tarball),
)
