"""docs/commands.md, written from what the program prints for --help. Renders only."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stdout

from flakebot.cli import COMMANDS as DESCRIPTIONS
from flakebot.cli import usage
from flakebot.errors import ExitCode
from flakebot.rehearsal.settings import RehearseSettings
from flakebot.settings.calls import Section
from flakebot.settings.commands import COMMANDS
from flakebot.settings.sources import Given
from tests.documents.markdown import code, table

_SETTINGS: dict[str, type[Section]] = {**COMMANDS, "rehearse": RehearseSettings}

_EXIT_CODES = {
    ExitCode.DONE: "done, unchanged, or waiting; the outcome says which",
    ExitCode.REFUSED: "refused, held or broken: a person should look",
    ExitCode.MISUSE: "misuse or misconfiguration; nothing was written, and the message says what to change",
    ExitCode.BUG: "a bug in flakebot; please report the line that it prints",
    ExitCode.UNAVAILABLE: "Nix, git, gpg or GitHub failed; running again may help",
    ExitCode.INTERRUPTED: "interrupted; running it again is safe",
}

_OUTCOMES = {
    "update": "`changed`, `unchanged`, or `broken` when the check failed or took too long, or `refused` when an input "
    "cannot be fetched or locked",
    "propose": "`proposed`, `refreshed`, `unchanged`, `closed` (the base branch is up to date), `declined` (a person "
    "closed this very update), `held`, `broken`, `refused`, `dry-run`",
    "verify": "`clean`, `waiting`, `held`, `refused`, `merged` or `closed` (nothing is left to judge)",
    "approve": "`approved`, `waiting`, `held`, `refused`, `merged` or `closed` (already), `dry-run`",
    "merge": "`merged`, `queued` (GitHub will), `waiting`, `off`, `closed` (already), `dry-run`",
    "diff": "`clean`, `held`, `refused`",
    "whoami": "`known`",
    "rehearse": "that of the last command that was played; `listed` with --list",
}

_PAGE = """\
# Commands

Written by `scripts/docs` from what the program prints; change that, not this page.

Human text and progress go to stderr. With `--json`, stdout carries exactly one JSON document with at least `schema`
(1), `command`, `outcome` and `message`. In a workflow the same facts go to `GITHUB_OUTPUT` (with dashes for
underscores), and the text to the step summary.

`update` leaves a *candidate*: a folder with the lock as it was checked, what it was made from, and what the check said;
`propose` takes it from there. An update in parts leaves several in that folder.

Secrets are taken from the environment only: `FLAKEBOT_TOKEN` (of the role that the command plays),
`FLAKEBOT_JOB_TOKEN`, `FLAKEBOT_GPG_PRIVATE_KEY`, `FLAKEBOT_GPG_PASSPHRASE`, `FLAKEBOT_NIX_TOKEN`.

```
{usage}```

## Exit codes

{exit_codes}
Beside these, every command may end with the outcome `misuse` (2) or `failed` (3, 4).

{commands}"""


def commands_page() -> str:
    """Return the page."""
    codes = table(("exit code", "meaning"), ((str(int(found)), _EXIT_CODES[found]) for found in ExitCode))
    commands = "\n".join(_command(name) for name in DESCRIPTIONS)
    return _PAGE.format(usage=usage(), exit_codes=codes, commands=commands)


def _command(name: str) -> str:
    return f"## {code(f'flakebot {name}')}\n\nOutcomes: {_OUTCOMES[name]}.\n\n```\n{_help(name)}```\n"


def _help(name: str) -> str:
    """Return what ``--help`` prints below its usage line, which Python's versions break differently."""
    printed = io.StringIO()
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "110"
    try:
        with redirect_stdout(printed):
            Given(
                _SETTINGS[name],
                command=name,
                description=DESCRIPTIONS[name],
                arguments=("--help",),
                environment={},
            ).settings({})
    except SystemExit:
        return printed.getvalue().partition("\n\n")[2]
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)
    raise AssertionError(f"--help of {name} did not end the program")
