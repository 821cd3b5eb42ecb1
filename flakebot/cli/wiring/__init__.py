"""Build what each command needs, and only that: settings from their sources, adapters from credentials.

Each function imports what it builds: a command must not pay for the start of what it does not use. What talks to GitHub
does so after `fetching`: git fetches for about as long as it takes to load that.
"""

from __future__ import annotations

from collections.abc import Callable

from flakebot.cli.request import Call
from flakebot.cli.wiring.author import wire_merge, wire_propose
from flakebot.cli.wiring.judge import wire_approve, wire_diff, wire_verify
from flakebot.cli.wiring.update import wire_update
from flakebot.cli.wiring.whoami import wire_whoami
from flakebot.commands.report import Report


def _rehearse(call: Call) -> Report:
    from flakebot.cli.rehearsal import rehearse  # an extra, which may not be installed

    return rehearse(call)


WIRINGS: dict[str, Callable[[Call], Report]] = {
    "update": wire_update,
    "propose": wire_propose,
    "verify": wire_verify,
    "approve": wire_approve,
    "merge": wire_merge,
    "diff": wire_diff,
    "whoami": wire_whoami,
    "rehearse": _rehearse,
}
"""What runs each command, by its name."""
