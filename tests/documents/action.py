"""docs/action.md, written from action.yml. Renders only."""

from __future__ import annotations

from flakebot.settings.file import file_keys
from tests.action.manifest import INPUT, Manifest
from tests.documents.examples import TWO_MACHINES
from tests.documents.markdown import code, table

_SECRETS = ("author-token", "approver-token", "job-token", "gpg-private-key", "gpg-passphrase", "nix-token")

_PAGE = """\
# The action

Written by `scripts/docs` from action.yml; change that, not this page.

`uses: OWNER/flakebot@v1` after a checkout and an installation of Nix (2.8 or newer), Determinate Nix or Lix.
`README.md` has a whole workflow. The job needs Linux or macOS with Python 3.11 or newer, git and gpg, which GitHub's
own runners have, and these permissions:

```yaml
permissions:
  contents: read
  checks: read
  statuses: write
```

`command: run`, the default, plays `whoami` (whose is the approver's token?), `update`, `propose`, `approve` and
`merge`, each in a step of its own. What goes wrong stops the steps after it, with one exception: an update that fails
its check is still proposed, labelled, and left to a person. `command: verify` reads with the job's token alone and
needs `pull-requests: read` besides.

## Two machines

Where Nix builds without its sandbox, or you do not want to rely on it, foreign code gets a machine of its own,
without a secret. What it made goes to the second job as an artifact, of which nothing is believed but how the check
ended
([SECURITY.md](../SECURITY.md#what-protects-steps-from-each-other-and-what-does-not)):

```yaml
{two_machines}```

Private inputs need `nix-token` for `update` and `approve`.

## A required check for everybody's pull requests

`locks-only: true` judges the locks that a pull request changes, whoever made it: no account, no key and no other check
is asked for. It passes where no lock changed. Where `flake.nix` changed as well, it explains what the lock says of the
inputs that it declares; every other change of them is refused. What may be right, and what is younger than `min-age`,
fails the check too: a person then merges in spite of it, or runs it again later. What `hold` names is only said.

```yaml
name: verify
on:
  pull_request:
    types: [opened, synchronize, reopened, edited]
permissions: {{}}
concurrency:
  group: verify-${{{{ github.event.pull_request.number }}}}
  cancel-in-progress: true
jobs:
  locks:
    name: locks
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: read # to read both sides of the change
      pull-requests: read # to read which change it is
    steps:
      - uses: cachix/install-nix-action@630ae543ea3a38a9a4166f03376c02c50f408342 # v31.11.0
      - uses: OWNER/flakebot@v1
        with:
          command: verify
          pr: ${{{{ github.event.pull_request.number }}}}
          locks-only: true
```

It needs no checkout and no secret, so it is safe for pull requests from forks: `github.token` can only read there. Do
not restrict it to paths: a required check that does not run blocks for ever. GitHub takes the workflow from the pull
request itself, so let code owners own `.github`; and it merges locks by lines, so require branches to be up to date.

## Secrets

Each reaches only the steps that are named here. `SECURITY.md` says what each could do in wrong hands.

{secrets}
## This one call

{call}
## Options

Each is the option of `.github/flakebot.toml` by the same name, and beats it. Left empty, the file decides;
[configuration.md](configuration.md) has the defaults.

{options}
## Outputs

They are there when the action fails, too: give the step an `id` and look at them in a later step with
`if: always()`.

{outputs}"""


def action_page(manifest: Manifest) -> str:
    """Return the page."""
    call = manifest.inputs.keys() - set(_SECRETS) - file_keys()
    return _PAGE.format(
        two_machines=TWO_MACHINES,
        secrets=table(
            ("input", "what", "seen by"),
            ((code(name), _what(manifest, name), _seen(manifest, name)) for name in _SECRETS),
        ),
        call=table(
            ("input", "what", "default"),
            (
                (code(name), found.description, _default(found.default))
                for name, found in manifest.inputs.items()
                if name in call
            ),
        ),
        options=table(
            ("input", "what"),
            ((code(name), found.description) for name, found in manifest.inputs.items() if name in file_keys()),
        ),
        outputs=table(
            ("output", "what"), ((code(name), found.description) for name, found in manifest.outputs.items())
        ),
    )


def _what(manifest: Manifest, name: str) -> str:
    found = manifest.inputs[name]
    return f"{found.description} (default: {code(found.default)})" if found.default else found.description


def _seen(manifest: Manifest, name: str) -> str:
    steps = (step for step in manifest.runs.steps if any(name in INPUT.findall(value) for value in step.env.values()))
    return ", ".join(dict.fromkeys(code(step.command) for step in steps))


def _default(text: str) -> str:
    return code(text) if text else ""
