"""Where git finds a place: without a secret, over what somebody vouches for, or not at all."""

from __future__ import annotations

import pytest

from flakebot.adapters.git.environment import Remote
from flakebot.adapters.provenance.places import forge_host, git_remote, github_repository
from flakebot.model import RepositoryName
from flakebot.model.provenance import Attribute, Source, Unknown


def place(**attributes: Attribute) -> Source:
    return Source.of(attributes)


@pytest.mark.parametrize(
    ("source", "url"),
    [
        (place(type="github", owner="NixOS", repo="nixpkgs"), "https://github.com/NixOS/nixpkgs.git"),
        (place(type="github", owner="a", repo="b", host="ghe.test"), "https://ghe.test/a/b.git"),
        (place(type="gitlab", owner="group%2Fsub", repo="b"), "https://gitlab.com/group/sub/b.git"),
        (place(type="sourcehut", owner="~a", repo="b"), "https://git.sr.ht/~a/b"),
        (place(type="git", url="https://codeberg.org/a/b.git"), "https://codeberg.org/a/b.git"),
        (place(type="git", url="file:///srv/a%20b"), "/srv/a b"),
        (place(type="git", url="/srv/a"), "/srv/a"),
    ],
)
def test_a_place_is_read_over_https_or_from_this_machine(source: Source, url: str) -> None:
    assert git_remote(source) == Remote(url=url)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (place(type="git", url="ssh://git@github.com/a/b"), "needs a key"),
        (place(type="git", url="http://example.org/a"), "over https only"),
        (place(type="git", url="git://example.org/a"), "over https only"),
        (place(type="git", url="https://user:word@example.org/a"), "over https only"),
        (place(type="git", url="ext::sh -c evil"), "over https only"),
        (place(type="git", url="../a"), "over https only"),
        (place(type="git"), "over https only"),
        (place(type="github", owner="a"), "over https only"),
    ],
)
def test_what_would_need_a_secret_or_trust_is_not_asked(source: Source, why: str) -> None:
    remote = git_remote(source)
    assert isinstance(remote, Unknown)
    assert why in remote.reason


def test_githubs_api_is_asked_about_the_server_that_the_token_is_of() -> None:
    ours = place(type="github", owner="a", repo="b")
    assert github_repository(ours, "github.com") == RepositoryName(owner="a", name="b")
    assert github_repository(ours, "ghe.test") is None
    assert github_repository(place(type="github", owner="a", repo="b", host="ghe.test"), "github.com") is None
    assert github_repository(place(type="gitlab", owner="a", repo="b"), "github.com") is None
    assert forge_host(place(type="git", url="https://github.com/a/b")) is None
