"""The proxy leads to the stand-in and nowhere else."""

from __future__ import annotations

import os
import subprocess

import pytest
import requests

from flakebot.rehearsal.github import StandIn
from tests.rehearsal.github.client import Connect


@pytest.mark.parametrize(
    "address", ["https://example.org/", "https://api.github.com:444/", "https://github.com.evil.org/"]
)
def test_foreign_hosts_are_refused(github: StandIn, connect: Connect, address: str) -> None:
    with pytest.raises(requests.exceptions.ProxyError):
        connect().get(address)
    assert github.refused_hosts[0].partition(":")[0] == address.split("/")[2].partition(":")[0]


def test_plain_http_is_refused(github: StandIn) -> None:
    proxy = github.environment()["HTTPS_PROXY"]
    with requests.Session() as session:
        session.trust_env = False
        answered = session.get("http://api.github.com/", proxies={"http": proxy}, timeout=10)
    assert answered.status_code == 403
    assert "nowhere else" in answered.text


def test_the_certificate_is_trusted_only_by_who_was_told(github: StandIn, connect: Connect) -> None:
    client = connect()
    client.session.verify = True
    with pytest.raises(requests.exceptions.SSLError):
        client.get("/")


@pytest.mark.parametrize("host", ["api.github.com", "github.com", "codeload.github.com"])
def test_curl_needs_nothing_but_the_environment(github: StandIn, host: str) -> None:
    environment = {**os.environ, **github.environment()}
    command = ("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", f"https://{host}/no/thing")
    asked = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20, check=True)
    assert asked.stdout == "404"
    assert [request.host for request in github.requests.all()] == [host]
