"""Where a check failed, by what each Nix prints. That they print it is what the tests of the check show."""

from __future__ import annotations

import pytest

from flakebot.adapters.nix.failure import failed_stage, failing_attribute
from flakebot.model import CheckStage

WEB, DNS = "checks.x86_64-linux.web", "checks.x86_64-linux.dns"
EVALUATED = f"""\
evaluating flake...
checking flake output 'checks'...
checking derivation {DNS}...
derivation evaluated to /nix/store/1-dns.drv
checking derivation {WEB}...
warning: something
derivation evaluated to /nix/store/2-web.drv
running 2 flake checks...
"""
NAMED = f"""\
error:
       … while checking the derivation '{WEB}'
         at /nix/store/0-source/flake.nix:1:18:

       error: attribute 'x' missing
"""
SOME = "error: some errors were encountered during the evaluation\n"


@pytest.mark.parametrize(
    ("log", "stage", "failing"),
    [
        pytest.param("", None, "", id="nothing was said"),
        pytest.param("evaluating flake...\n", None, "", id="it was ended while it evaluated"),
        pytest.param("error: syntax error, unexpected ';'\n", CheckStage.EVALUATION, "", id="no flake at all"),
        pytest.param(
            f"evaluating flake...\nerror (ignored): error: attribute 'x' missing\nrunning flake checks...\n{SOME}",
            CheckStage.EVALUATION,
            "",
            id="2.8 names nothing that it cannot evaluate",
        ),
        pytest.param(
            f"error (ignored): error: flake attribute '{WEB}' is not a derivation\n{SOME}",
            CheckStage.EVALUATION,
            WEB,
            id="2.8 names what is no derivation",
        ),
        pytest.param(
            "running flake checks...\nt> no\nerror: builder for '/nix/store/2-web.drv' failed with exit code 3\n",
            CheckStage.BUILD,
            "",
            id="2.8 names no derivation's attribute",
        ),
        pytest.param(
            f"{EVALUATED}error: builder for '/nix/store/2-web.drv' failed with exit code 3\n",
            CheckStage.BUILD,
            WEB,
            id="2.26 says what evaluated to the derivation that failed",
        ),
        pytest.param(
            f"{EVALUATED}error: builder for '/nix/store/3-lib.drv' failed with exit code 3\n"
            "error: 1 dependencies of derivation '/nix/store/1-dns.drv' failed to build\n",
            CheckStage.BUILD,
            DNS,
            id="2.26 says what needed the derivation that failed",
        ),
        pytest.param(
            f"{NAMED.replace('error:', 'error (ignored): error:', 1)}running 1 flake checks...\n{SOME}",
            CheckStage.EVALUATION,
            WEB,
            id="2.26 goes on to build the others",
        ),
        pytest.param(f"{NAMED}running 1 flake checks...\n{SOME}", CheckStage.EVALUATION, WEB, id="2.34 does, too"),
        pytest.param(
            f"{EVALUATED}error: failed to build attribute '{WEB}', build of '/nix/store/2-web.drv^*' failed:\n{SOME}",
            CheckStage.BUILD,
            WEB,
            id="2.34 speaks of the evaluation though only a build failed",
        ),
        pytest.param(
            f"{NAMED}{EVALUATED}error: failed to build attribute '{DNS}', build of '/nix/store/1-dns.drv^*' failed\n",
            CheckStage.EVALUATION,
            WEB,
            id="what could not be evaluated comes first",
        ),
        pytest.param(
            NAMED.replace("error:\n", "error:\n       … while checking flake output 'checks'\n", 1),
            CheckStage.EVALUATION,
            WEB,
            id="2.26 and 2.34 name the whole output first",
        ),
        pytest.param(
            "evaluating flake...\nerror: builder for '/nix/store/2-web.drv' failed with exit code 3\n",
            CheckStage.EVALUATION,
            "",
            id="2.8 builds what the evaluation needs",
        ),
        pytest.param(
            f"{EVALUATED}error: builder for '/nix/store/2-web.drv' failed with exit code 3\n"
            "error: build of '/nix/store/1-dns.drv', '/nix/store/2-web.drv' failed\n",
            CheckStage.BUILD,
            WEB,
            id="2.26 names also what it did not begin to build",
        ),
        pytest.param(
            "error:\n       … while checking flake output 'checks'\n\n       error: no\n",
            CheckStage.EVALUATION,
            "checks",
            id="a whole output",
        ),
        pytest.param(
            "error: Cannot build '/nix/store/2-web.drv'.\n", CheckStage.BUILD, "", id="only the end of a log is left"
        ),
        pytest.param(
            "running flake checks...\nt> error (ignored): error: x\nt>        … while checking the derivation 'a'\n",
            CheckStage.BUILD,
            "",
            id="a builder that prints the same is marked as one",
        ),
        pytest.param(
            f"error: failed to build attribute '{'x' * 300}', build of\n", CheckStage.BUILD, "x" * 200, id="a long name"
        ),
    ],
)
def test_tells_where_a_check_failed(log: str, stage: CheckStage | None, failing: str) -> None:
    assert (failed_stage(log), failing_attribute(log)) == (stage, failing)
