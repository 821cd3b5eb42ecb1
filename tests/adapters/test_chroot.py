"""Is the root directory another one than the system's? Lines as /proc/self/mountinfo has them."""

from __future__ import annotations

import pytest

from flakebot.adapters.process.chroot import is_mounted_at_root


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw", True),
        ("36 35 98:0 /mnt1 / rw,noatime master:1 - overlay overlay rw", True),
        ("22 21 0:5 / /proc rw,relatime - proc proc rw", False),
        ("22 21 0:5 / /root rw - tmpfs tmpfs rw", False),
        ("", False),
    ],
)
def test_reads_the_mount_point(line: str, *, expected: bool) -> None:
    assert is_mounted_at_root(line) is expected
