"""What holds for every test, wherever the tests are run."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Let an interrupt interrupt, also below a shell that runs the tests in its background and ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
