"""Candidates to write about."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from flakebot.model import Candidate, CheckOutcome, CheckReport, LockUpdate, Sha

NARHASH = "sha256-12KrbMiWLcf8m7pCvAtZh1ZrgF85ZXDXvfR/fWTKy84="


def lock(revisions: dict[str, str], *, days: int = 0, owner: str = "nixos") -> bytes:
    """Return a lock whose root inputs are at these revisions (one hexadecimal digit each)."""
    nodes: dict[str, object] = {
        name: {
            "locked": {
                "lastModified": 1_700_000_000 + days * 86_400,
                "narHash": NARHASH,
                "owner": owner,
                "repo": "nixpkgs",
                "rev": digit * 40,
                "type": "github",
            },
            "original": {"owner": owner, "repo": "nixpkgs", "type": "github"},
        }
        for name, digit in revisions.items()
    }
    root = {"inputs": {name: name for name in revisions}} if revisions else {}
    document = {"nodes": nodes | {"root": root}, "root": "root", "version": 7}
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def candidate(
    old: bytes | None, new: bytes, *, outcome: CheckOutcome = CheckOutcome.PASSED, log: str = "", update_log: str = ""
) -> Candidate:
    """Return a candidate with these locks."""
    return Candidate(
        base=Sha("a" * 40),
        tree=Sha("b" * 40),
        locks=(LockUpdate(path="flake.lock", old=old, new=new),),
        nix_version="2.26.3",
        made_at=datetime(2026, 1, 2, tzinfo=UTC),
        update_log=update_log,
        check=CheckReport(outcome=outcome, command=("nix", "flake", "check"), duration=timedelta(seconds=90), log=log),
    )
