"""Programs that would look outside of a changed root directory, and how to keep them in. Reads /proc, changes nothing.

Started by root, Nix makes a mount namespace of its own and has the programs that it starts (git) return to the first
one. Returning also undoes a ``chroot``: git then looks for the flake outside. Without the right to make a namespace
Nix makes none.
"""

from __future__ import annotations

import os
from pathlib import Path

KEPT_IN = ("setpriv", "--bounding-set=-sys_admin", "--")
"""What to start such a program with (util-linux, which every Linux distribution has)."""


def keeping_in() -> tuple[str, ...]:
    """Return the words to start Nix with here: none, but for root in a changed root directory."""
    return KEPT_IN if os.geteuid() == 0 and _is_root_changed() else ()


def _is_root_changed() -> bool:
    """Whether nothing is mounted at our root: it is then a folder of something that is mounted further out.

    ``/proc/1/root`` would tell more, but may be closed even to root.
    """
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # no /proc, or not Linux
        return False
    return not any(is_mounted_at_root(mount) for mount in mounts)


def is_mounted_at_root(line: str) -> bool:
    """Whether a line of ``/proc/self/mountinfo`` is about ``/``; the mount point is its fifth field (proc(5))."""
    return line.split(" ")[4:5] == ["/"]
