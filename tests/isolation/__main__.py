"""``python -m tests.isolation``, behind scripts/isolation-table: print what the search achieves."""

import sys

from tests.isolation.patterns import MOST_UNITS, patterns
from tests.isolation.table import table

sys.stdout.write(
    f"{table(patterns())}\n\n"
    f"Up to {MOST_UNITS} inputs; what is broken fails in evaluation or in the build. Checks count all, the first one\n"
    "that failed included; the bound is 2 · k · log₂ n + 4 for k culprits among n inputs, a pair counting as two.\n"
    "Maximal: no input that was left out could be added without a failure.\n"
)
