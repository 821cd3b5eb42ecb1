"""docs/configuration.md, written from the settings. Renders only."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args, get_type_hints

from pydantic.fields import FieldInfo

from flakebot.settings import fields, groups, judging, making, options
from flakebot.settings.calls import Section
from flakebot.settings.commands import COMMANDS
from flakebot.settings.file import file_keys
from flakebot.settings.options import Options
from tests.documents.markdown import code, table

_KINDS: tuple[tuple[object, str], ...] = (
    (fields.Words, "list"),
    (fields.Arguments, "arguments"),
    (fields.Duration, "time"),
    (fields.Ages, "ages"),
    (fields.Size, "size"),
    (fields.ProgramName, "text"),
    (fields.BranchName, "branch"),
    (fields.Folders, "folders"),
    (fields.Account, "account"),
    (fields.Keys, "fingerprints"),
    (groups.Groups, "tables"),
    (int, "number"),
    (bool, "true or false"),
    (str, "text"),
)

_PAGE = """\
# Configuration

Written by `scripts/docs` from the settings; change those, not this page.

flakebot reads `.github/flakebot.toml` from the **base branch's** commit, never from a pull request. Every option below
may also be given with one call: as `--option` on the command line, as `FLAKEBOT_OPTION` in the environment, or as an
input of the action by the same name. The command line beats the environment, the environment beats the file. An unknown
key is an error that names the nearest known one. Each command that reads the file checks all of it, so that a mistake
ends the first of them, whichever would use the value.

A file that is enough for the whole way, with approvals:

```toml
author = "our-update-bot"
approver = "our-approving-bot"
gpg-fingerprint = ["0123456789ABCDEF0123456789ABCDEF01234567"]
required-checks = ["flakebot/flake-check", "build"]
```

## Another check than `nix flake check`

```toml
check-command = "nix-fast-build --flake .#checks --no-nom"
check-limit = "6h"
check-memory = "12G"
```

It runs in the flake's folder, without a shell, a terminal or a secret. A Nix that it starts is told what flakebot's own
is told (flakes are on, and nothing is obeyed that a flake configures), and is the one that `nix` names, if that is a
path. It passes when it exits with 0, and has to leave `flake.lock` as it found it.

## Groups

```toml
strategy = "separate"       # what no group takes: one pull request for each input

[[group]]
name = "desktop"            # its branch is flakebot/update-desktop
inputs = ["hyprland*", "stylix"]
labels = ["dependencies", "desktop"]
merge = "off"               # approved, but merged by hand
min-age = "14d"

[[group]]
name = "secrets"
inputs = ["sops-nix"]
hold = true                 # only a person moves it
```

A group is one pull request, composed from the base branch with its inputs alone and checked on its own. The first group
that takes an input has it. What it says of `hold` and `min-age` counts wherever its inputs move, whatever the branch is
called; of several groups in one pull request, the strictest `merge` counts. In `inputs` and `exclude` a glob names the
flake's own inputs.

## How values are written

| kind | in the file | elsewhere |
|---|---|---|
| text, account, branch, folder | `"main"` | `main` |
| true or false | `true` | `true` |
| number | `24` | `24` |
| list, fingerprints | `["nixpkgs", "home-manager"]` | `nixpkgs, home-manager`, or a line each |
| arguments | `["--keep-going", "--impure"]` | `--keep-going --impure`, split as a shell splits |
| time | `"30m"` | `30m`; a whole number with `s`, `m`, `h` or `d` |
| size | `"8G"` | `8G`; a whole number with `M`, `G` or `T`, in binary units |
| ages | `["3d", "nixpkgs=7d"]` | `3d, nixpkgs=7d`: a time for all, or a glob and its time; the last that fits counts |
| tables | `[[group]]` tables, as above | the same tables as text |

Globs are matched against an input's path from the root, as `nixpkgs` or `stylix/gnome-shell`. `update` warns of one
that matches nothing, and takes `inputs` that match nothing at all for a mistake.
{sections}"""


def configuration_page() -> str:
    """Return the page."""
    written = "".join(_section(section) for section in _option_sections())
    return _PAGE.format(sections=written)


def _option_sections() -> tuple[type[Section], ...]:
    """Return the sections that the file may hold, in the order in which they are defined."""
    used = {base for settings in COMMANDS.values() for base in settings.__mro__}
    return tuple(
        found
        for module in (options, making, judging)
        for found in vars(module).values()
        if isinstance(found, type) and found.__module__ == module.__name__
        if issubclass(found, Options) and found in used and _own(found)
    )


def _own(section: type[Section]) -> tuple[str, ...]:
    return tuple(name for name in section.__annotations__ if name.replace("_", "-") in file_keys())


def _section(section: type[Section]) -> str:
    hints = get_type_hints(section, include_extras=True)
    rows = (_row(name, hints[name], section.model_fields[name]) for name in _own(section))
    title = (section.__doc__ or "").strip().rstrip(".")
    return f"\n## {title}\n\n{table(('option', 'kind', 'default', 'meaning'), rows)}"


def _row(name: str, hint: object, field: FieldInfo) -> tuple[str, str, str, str]:
    return code(name.replace("_", "-")), _kind(hint), shown(field.get_default()), field.description or ""


def _kind(hint: object) -> str:
    choices = get_args(hint)
    known = next((text for kind, text in _KINDS if kind in (hint, *choices)), None)
    return known or " or ".join(code(str(choice)) for choice in choices)


def shown(value: object) -> str:
    """Return a default as it would be written in the file; nothing for none."""
    match value:
        case None | () | "":
            return ""
        case bool():
            return code(str(value).lower())
        case int():
            return code(str(value))
        case tuple():
            return code("[" + ", ".join(f'"{item}"' for item in value) + "]")
        case timedelta():
            return code(_time(int(value.total_seconds())))
        case _:
            return code(f'"{value}"')


def _time(seconds: int) -> str:
    size, unit = next(
        (size, unit) for size, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")) if seconds % size == 0
    )
    return f'"{seconds // size}{unit}"'
