"""Let a real Nix write the locks again: ``python -m tests.attacks.locks NIX VERSION``, as ``nix nix-2.8``."""

from __future__ import annotations

import sys

from flakebot.rehearsal.folder import rehearsal_folder
from tests.attacks.estate import lock_history, open_estate
from tests.attacks.locks import FOLDER

nix, version = sys.argv[1:]
(FOLDER / version).mkdir(exist_ok=True)
with rehearsal_folder(None) as folder, open_estate(folder, nix=nix) as estate:
    for season, lock in lock_history(estate):
        (FOLDER / version / f"{season}.lock").write_bytes(lock)
