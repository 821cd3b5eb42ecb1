"""Nix with a store of its own below one folder, and a record of when it ran. Touches nothing of the machine."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

from msgspec import Struct

from flakebot.adapters.nix.features import Feature, parse_version
from flakebot.adapters.process import keeping_in
from flakebot.errors import MisuseError
from flakebot.rehearsal.finished import finished
from flakebot.rehearsal.spans import Span

_LIMIT_SECONDS = 60
_SETTINGS = """\
experimental-features = nix-command flakes
substituters =
build-users-group =
sandbox = false
"""
_TIMED = """\
#!/bin/sh
# Runs nix and notes when it started and ended. Outlives it also at a signal, so that nix can tidy up.
trap : INT TERM
started=$(date +%s.%N)
{nix} "$@"
code=$?
echo "$started $(date +%s.%N)" >>{record}
exit "$code"
"""
_MOMENT = re.compile(r"\d+(\.\d+)?")


class PrivateNix(Struct, frozen=True, kw_only=True):
    """A Nix that needs no root, no ``/nix`` and no daemon, so that several run side by side."""

    folder: Path

    @classmethod
    def create(cls, folder: Path, *, nix: str | None = None) -> PrivateNix:
        """Prepare an empty store for a Nix, the one on PATH if none is named. Raises `MisuseError` without one."""
        found = shutil.which(nix or "nix")
        if found is None:
            raise MisuseError("there is no `nix` on PATH", advice="Install Nix 2.8 or newer; scripts/setup does it.")
        created = cls(folder=folder)
        for name in ("store", "var", "log", "etc", "cache", "bin"):
            (folder / name).mkdir(parents=True)
        timed = folder / "bin" / "nix"
        timed.write_text(
            _TIMED.format(nix=shlex.join((*keeping_in(), found)), record=shlex.quote(str(created._record)))
        )
        timed.chmod(0o755)
        return created

    def environment(self) -> dict[str, str]:
        """Return what makes every nix that starts with it this one."""
        return {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "NIX_STORE_DIR": str(self.folder / "store"),
            "NIX_STATE_DIR": str(self.folder / "var"),
            "NIX_LOG_DIR": str(self.folder / "log"),
            "NIX_CONF_DIR": str(self.folder / "etc"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "NIX_CONFIG": _SETTINGS,
        }

    def knows(self, feature: Feature) -> bool:
        """Whether this Nix has a feature."""
        argv = (str(self.folder / "bin" / "nix"), "--version")
        asked = finished(argv, cwd=self.folder, environment=os.environ, limit=_LIMIT_SECONDS)
        asked.check_returncode()
        version = parse_version(asked.stdout.decode().strip())
        return version is not None and version.has(feature)

    def spans(self) -> tuple[Span, ...]:
        """Return when nix has run here so far, in the order in which the runs ended; several may have overlapped."""
        lines = self._record.read_text().splitlines() if self._record.exists() else []
        moments = ([float(moment[0]) for moment in _MOMENT.finditer(line)] for line in lines)
        return tuple(Span(started=started, ended=ended) for started, ended in moments)

    @property
    def _record(self) -> Path:
        return self.folder / "spans"
