"""Wire what judges: the approver, whoever verifies, and the comparison of two files. Never a key that signs."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from flakebot.cli.request import Call
from flakebot.cli.wiring.evidence import judging, provenance
from flakebot.cli.wiring.github import fetching
from flakebot.commands.report import Report
from flakebot.errors import MisuseError
from flakebot.settings.commands import ApproveSettings, DiffSettings, VerifySettings
from flakebot.settings.file import CONFIGURATION


def wire_approve(call: Call) -> Report:
    """Approve, with the approver's token."""
    early = call.settings(ApproveSettings)
    token = call.credentials.require_token("approver")
    with ExitStack() as stack:
        arriving = fetching(stack, early, token)

        from flakebot.adapters.github.approver import GithubApprover
        from flakebot.commands.approval import Powers
        from flakebot.commands.approve import approve

        settings, connection, sources = judging(call, stack, ApproveSettings, arriving, role="approver")
        powers = Powers(
            sources=sources, hub=GithubApprover(connection), clock=connection.clock, progress=call.output.say
        )
        return approve(settings, powers)


def wire_verify(call: Call) -> Report:
    """Verify a pull request or a local range, with any token that may read, or none."""
    early = call.settings(VerifySettings)
    return _verify_range(call, early) if early.pr is None else _verify_pull_request(call, early)


def _verify_pull_request(call: Call, early: VerifySettings) -> Report:
    token, role = call.credentials.require_reading()
    with ExitStack() as stack:
        arriving = fetching(stack, early, token)

        from flakebot.commands.locks_only import verify_locks_of_pull_request
        from flakebot.commands.verify import verify_pull_request

        judge = verify_locks_of_pull_request if early.locks_only else verify_pull_request
        settings, _, sources = judging(call, stack, VerifySettings, arriving, role=role)
        return judge(settings, sources=sources, progress=call.output.say)


def _verify_range(call: Call, early: VerifySettings) -> Report:
    from flakebot.adapters.git import open_checkout
    from flakebot.adapters.gpg import open_keyring
    from flakebot.commands.locks_only import verify_locks_of_range
    from flakebot.commands.verify import verify_range

    repository = open_checkout(call.folder)
    base = repository.resolve(early.base or "")
    settings = call.settings(VerifySettings, repository.content(base, CONFIGURATION))
    keys = (_key_of(settings.public_key),) if settings.public_key else ()
    is_traced = settings.provenance and "provenance" in settings.model_fields_set
    with ExitStack() as stack:
        traced = provenance(call, stack, settings, call.credentials.token) if is_traced else None
        if settings.locks_only:
            return verify_locks_of_range(settings, repository=repository, provenance=traced, progress=call.output.say)
        return verify_range(
            settings,
            repository=repository,
            keys=stack.enter_context(open_keyring(keys)),
            provenance=traced,
            progress=call.output.say,
        )


def wire_diff(call: Call) -> Report:
    """Compare two files, with nothing else."""
    from flakebot.commands.diff import diff_locks

    settings = call.settings(DiffSettings)
    old, new = (_bytes_of(path, advice="Name two lock files.") for path in (settings.old, settings.new))
    return diff_locks(settings, old=old, new=new)


def _key_of(path: Path) -> str:
    """Return an armoured public key, and nothing that is none."""
    advice = "Give --public-key the file that `gpg --armor --export FINGERPRINT` writes."
    key = _bytes_of(path, advice=advice).decode(errors="replace")
    if "-----BEGIN PGP PUBLIC KEY BLOCK-----" not in key:
        raise MisuseError(f"{path} holds no armoured public key", advice=advice)
    return key


def _bytes_of(path: Path, *, advice: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MisuseError(f"{path} cannot be read: {error.strerror}", advice=advice) from error
