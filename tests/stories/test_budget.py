"""What judging a large update costs: GitHub's limits are shared by everything that an owner runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flakebot.rehearsal.folder import rehearsal_folder
from flakebot.rehearsal.people import OWNER
from flakebot.rehearsal.runner import Runner
from flakebot.rehearsal.seed import seed_files
from flakebot.rehearsal.seeding import seeded_world
from flakebot.rehearsal.steps import propose
from flakebot.rehearsal.upstreams import upstream
from flakebot.rehearsal.world import World

INPUTS = 20
CALLS = 12
"""API calls at most, beside one for each changed input of the root."""

_FLAKE = "{{ inputs = {{ {inputs} }}; outputs = _: {{ }}; }}"


def test_twenty_inputs_cost_twelve_calls_and_one_for_each_that_moved_on_since() -> None:
    with rehearsal_folder(None) as folder, seeded_world(folder) as world:
        _depend_on_many(world)
        _release_all(world, "2")
        runner = Runner.create(folder / "run", world)
        assert runner.run("update", {}).outcome == "changed"
        assert runner.run("propose", propose(runner.outputs, world.secrets) or {}).outcome == "proposed"
        asked = {
            "FLAKEBOT_TOKEN": world.secrets.approver_token,
            "FLAKEBOT_JOB_TOKEN": world.secrets.job_token,
            "FLAKEBOT_PR": "1",
        }
        with world.github.requests.step("at the tips"):
            assert runner.run("verify", asked).outcome == "clean"
        _release_all(world, "3")
        with world.github.requests.step("behind the tips"):
            assert runner.run("verify", asked).outcome == "clean"
        assert world.github.requests.api_calls("at the tips") <= CALLS
        assert CALLS < world.github.requests.api_calls("behind the tips") <= CALLS + INPUTS


def _depend_on_many(world: World) -> None:
    _release_all(world, "1")
    inputs = " ".join(f'up{number}.url = "github:nixlab/up{number}";' for number in range(INPUTS))
    configuration = seed_files("config", system="none", fingerprint=world.secrets.key.fingerprint)
    files = configuration | {"flake.nix": _FLAKE.format(inputs=inputs).encode()}
    world.consumer.commit(files | {"flake.lock": world.lock(files)}, "Depend on many", author=world.account(OWNER))


def _release_all(world: World, release: str) -> None:
    when = datetime.now(UTC).replace(microsecond=0) - timedelta(days=9 - int(release))
    for number in range(INPUTS):
        files = {"flake.nix": f'{{ outputs = _: {{ release = "{release}"; }}; }}'}
        upstream(world, f"nixlab/up{number}").commit(files, f"Release {release}", when=when)
