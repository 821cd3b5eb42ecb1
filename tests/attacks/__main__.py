"""Print which attacks go through when a rule is deleted, and their proofs; fails when a rule stops none."""

from __future__ import annotations

import sys

from tests.attacks.collection import ATTACKS
from tests.attacks.mutation import deletions, proofs, table
from tests.attacks.workbench import open_workbench

with open_workbench() as bench:
    found = tuple(deletions(bench))
    forgeries = sum(sum(1 for _ in attack.forge(bench)) for attack in ATTACKS)
sys.stdout.write(f"{table(found)}\n\n{proofs(ATTACKS)}\n\n")
sys.stdout.write(f"{len(found)} rules, {len(ATTACKS)} attacks, {forgeries} forgeries\n")
sys.exit(any(not deletion.through for deletion in found))
