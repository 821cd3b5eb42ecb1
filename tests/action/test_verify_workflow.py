"""The check of everybody's pull requests runs the base's code, sees no secret and may only read."""

from __future__ import annotations

from pathlib import Path

import yaml


def test_the_check_of_everybodys_pull_requests_is_safe_for_forks(root: Path) -> None:
    text = (root / ".github/workflows/verify.yml").read_text(encoding="utf-8")
    workflow = yaml.load(text, yaml.BaseLoader)  # noqa: S506  # strings alone: `on` is no boolean here
    assert workflow["on"].keys() == {"pull_request"}
    assert workflow["permissions"] == {}
    assert {"edited", "synchronize"} <= set(workflow["on"]["pull_request"]["types"])
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "pull-requests": "read"}
    checkout, _, flakebot = job["steps"]
    assert checkout["with"] == {
        "ref": "${{ github.event.pull_request.base.sha }}",
        "persist-credentials": "false",
    }
    assert flakebot["uses"] == "./"
    assert flakebot["with"] == {
        "command": "verify",
        "pr": "${{ github.event.pull_request.number }}",
        "locks-only": "true",
    }
    assert "secrets." not in text
    assert not any("run" in step for step in job["steps"])
