"""What making an update may use of the world, and the folders in which it does. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock

from msgspec import Struct, field

from flakebot.errors import UnavailableError
from flakebot.model import Sha
from flakebot.ports import Clock, Nix, Progress, Repository, Tips


class Tools(Struct, frozen=True, kw_only=True):
    """What making an update may use. ``scratch`` is an empty folder that Nix may litter.

    ``say`` takes what happens next, ``echo`` what Nix prints meanwhile, ``warn`` what fails nothing and yet should
    be seen.
    """

    repository: Repository
    nix: Nix
    tips: Tips
    clock: Clock
    scratch: Path
    say: Progress
    echo: Progress
    warn: Progress
    exporting: Lock = field(default_factory=Lock)
    """Held while the repository is read: flakes are checked side by side."""
    over: Event = field(default_factory=Event)
    """Set when the command ends early: what runs beside it is not to begin anything more."""

    def echo_of(self, folder: str) -> Progress:
        """Return who takes what Nix prints of a flake: with its folder before each line, unless that is empty."""
        return (lambda line: self.echo(f"{folder}: {line}")) if folder else self.echo

    @contextmanager
    def exported(self, commit: Sha) -> Iterator[Path]:
        """Give a folder with the commit's tree; it is gone afterwards. Raises `UnavailableError` when it is over."""
        if self.over.is_set():
            raise UnavailableError("the update was ended early", advice="Run it again.")
        with TemporaryDirectory(prefix="export-", dir=self.scratch, ignore_cleanup_errors=True) as place:
            folder = Path(place, "tree")
            with self.exporting:
                self.repository.export(commit, folder)
            yield folder
