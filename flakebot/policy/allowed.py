"""Rules about where a lock may point at all, by the host and the owner of what changed. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from urllib.parse import unquote, urlsplit

from flakebot.lock.node import Attributes, Node
from flakebot.lock.wording import shown
from flakebot.policy.cases import LockCase
from flakebot.policy.rule import Objection, Rule, refuse

_HOSTS = {"github": "github.com", "gitlab": "gitlab.com", "sourcehut": "git.sr.ht"}
_NOWHERE = "this machine"


def _hosts(case: LockCase) -> Iterator[Objection]:
    for name, node in _from_elsewhere(case):
        host = _host(node.locked)
        if case.expectation.allow_hosts and not _is_any(host, case.expectation.allow_hosts):
            said = f"{shown(name)} comes from {shown(host)}, expected {_listed(case.expectation.allow_hosts)}"
            yield refuse(said, "Add the host to allow-hosts, or do without that input.", about=name)


def _owners(case: LockCase) -> Iterator[Objection]:
    for name, node in _from_elsewhere(case):
        owner = f"{_host(node.locked)}/{_owner(node.locked)}"
        if case.expectation.allow_owners and not _is_any(owner, case.expectation.allow_owners):
            said = f"{shown(name)} is of {shown(owner)}, expected {_listed(case.expectation.allow_owners)}"
            yield refuse(said, "Add the owner to allow-owners, or do without that input.", about=name)


def _from_elsewhere(case: LockCase) -> Iterator[tuple[str, Node]]:
    return ((found.input, found.node) for found in case.located if not found.node.is_relative)


def _host(locked: Attributes) -> str:
    kind = str(locked.get("type"))
    if kind in _HOSTS:
        return str(locked.get("host", _HOSTS[kind]))
    return _parts(locked)[0] or _NOWHERE


def _owner(locked: Attributes) -> str:
    """Return the owner; of an address, the first part of its path that more parts follow."""
    return unquote(str(locked["owner"])) if "owner" in locked else _parts(locked)[1]


def _parts(locked: Attributes) -> tuple[str, str]:
    try:
        parts = urlsplit(str(locked.get("url", "")))
        host = parts.hostname or ""
    except ValueError:  # such as an unclosed bracket around the host
        return "", ""
    owner, slash, _ = parts.path.lstrip("/").partition("/")
    return host, unquote(owner) if slash else ""


def _is_any(name: str, globs: Iterable[str]) -> bool:
    """Whether a glob describes the name; hosts and owners are the same in any case."""
    return any(fnmatchcase(name.lower(), glob.lower()) for glob in globs)


def _listed(globs: Iterable[str]) -> str:
    return " or ".join(map(shown, globs))


ALLOWED = (
    Rule(
        name="lock-allowed-hosts",
        purpose="Where allow-hosts says so, what changes comes from these hosts only.",
        objections=_hosts,
    ),
    Rule(
        name="lock-allowed-owners",
        purpose="Where allow-owners says so, what changes is of these owners only.",
        objections=_owners,
    ),
)
