"""Print which attacks go through when a rule is deleted; fails when there is a rule without which none does."""

from __future__ import annotations

import sys

from tests.attacks.collection import ATTACKS
from tests.attacks.mutation import deletions, table
from tests.attacks.workbench import open_workbench

with open_workbench() as bench:
    found = tuple(deletions(bench))
    forgeries = sum(sum(1 for _ in attack.forge(bench)) for attack in ATTACKS)
sys.stdout.write(f"{table(found)}\n\n{len(found)} rules, {len(ATTACKS)} attacks, {forgeries} forgeries\n")
sys.exit(any(not deletion.through for deletion in found))
