"""The stand-in starts, answers, and leaves nothing behind."""

from __future__ import annotations

import socket
import tempfile
import threading
from pathlib import Path

import pytest

from flakebot.rehearsal.github import StandIn
from tests.rehearsal.github.client import Client, Connect


def test_it_ends_whole(tmp_path: Path) -> None:
    with StandIn(root=tmp_path) as github:
        port = int(github.environment()["HTTPS_PROXY"].rpartition(":")[2])
        keys = github.hub.world.keyring.home
        assert keys.is_dir()
        client = Client(github=github)
        assert client.get("/rate_limit").status_code == 200
    client.session.close()
    assert not keys.exists()
    assert not [thread for thread in threading.enumerate() if thread.name == "stand-in GitHub"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()


@pytest.mark.parametrize("at", ["stand_in.make_certificates", "stand_in.install_hooks", "server.ServerThread.start"])
def test_an_interrupt_while_it_starts_leaves_nothing_beside_its_folder(
    at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    (root := tmp_path / "github").mkdir()
    (temporary := tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(f"flakebot.rehearsal.github.{at}", interrupt)
    with pytest.raises(KeyboardInterrupt):
        StandIn(root=root).__enter__()
    assert list(temporary.iterdir()) == []


def test_two_of_them_do_not_meet(github: StandIn, tmp_path: Path, connect: Connect) -> None:
    other_root = tmp_path / "other"
    other_root.mkdir()
    with StandIn(root=other_root) as other:
        other.add_account("stranger")
        theirs = Client(github=other)
        assert theirs.get("/users/stranger").status_code == 200
        assert connect().get("/users/stranger").status_code == 404
        theirs.session.close()


def test_an_account_or_a_repository_cannot_be_made_twice(github: StandIn) -> None:
    github.add_repository("owner/config")
    with pytest.raises(ValueError, match="exists already"):
        github.add_account("Owner")
    with pytest.raises(ValueError, match="exists already"):
        github.add_repository("OWNER/Config")
