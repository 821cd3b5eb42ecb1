"""The parts of the stand-in that a request can reach, in one value. Wiring only."""

from __future__ import annotations

from msgspec import Struct

from flakebot.rehearsal.github.faults import Faults
from flakebot.rehearsal.github.limits import Limits
from flakebot.rehearsal.github.requests import RequestLog
from flakebot.rehearsal.github.signing.verification import Verifier
from flakebot.rehearsal.github.state.world import World


class Hub(Struct, frozen=True, kw_only=True):
    """What is known, who verifies, what is counted, and what goes wrong on request."""

    world: World
    verifier: Verifier
    limits: Limits
    faults: Faults
    requests: RequestLog
