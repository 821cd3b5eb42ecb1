"""Wire ``flakebot rehearse``, whose packages are an extra that need not be installed."""

from __future__ import annotations

import sys

from flakebot.cli.request import Call
from flakebot.commands.report import Report
from flakebot.errors import MisuseError

_EXTRA = {"graphql", "starlette", "trustme", "uvicorn"}


def rehearse(call: Call) -> Report:
    """Run it. Raises `MisuseError` when the extra is not installed."""
    try:
        from flakebot.rehearsal.command import rehearse as play  # noqa: PLC0415  # an extra, and slow to load
        from flakebot.rehearsal.playing import Audience  # noqa: PLC0415
        from flakebot.rehearsal.settings import RehearseSettings  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _EXTRA:
            raise
        raise MisuseError(
            f"a rehearsal needs packages that are not installed here, {error.name} among them",
            advice="Install the extra: pip install 'flakebot[rehearsal]', or run scripts/setup in the checkout.",
        ) from None
    settings = call.settings(RehearseSettings)
    output = call.output
    quote = output.quote if settings.verbose else lambda _: None
    audience = Audience(say=output.say, quote=quote, tell=output.tell)
    return play(settings, audience=audience, show=lambda text: print(text, file=sys.stdout, flush=True))
