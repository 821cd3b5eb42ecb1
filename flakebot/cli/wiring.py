"""Build what each command needs, and only that: settings from their sources, adapters from credentials."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from flakebot.cli.request import Call, git_url, server_of
from flakebot.commands.report import Report
from flakebot.errors import MisuseError
from flakebot.settings.commands import (
    ApproveSettings,
    DiffSettings,
    MergeSettings,
    ProposeSettings,
    UpdateSettings,
    VerifySettings,
    WhoamiSettings,
)
from flakebot.settings.file import CONFIGURATION

# Each wiring imports what it builds: a command must not pay for the start of what it does not use.
# ruff: noqa: PLC0415


def _update(call: Call) -> Report:
    from flakebot.adapters.candidate import CandidateFolder
    from flakebot.adapters.clock import SystemClock
    from flakebot.adapters.git import open_checkout
    from flakebot.adapters.nix import CheckPlan, NixCommand, Program
    from flakebot.adapters.process import contained
    from flakebot.commands.tools import Tools
    from flakebot.commands.update import update

    early = call.settings(UpdateSettings)
    repository = open_checkout(call.folder)
    base = repository.resolve(early.base)
    settings = call.settings(UpdateSettings, repository.content(base, CONFIGURATION))
    with tempfile.TemporaryDirectory(prefix="flakebot-", ignore_cleanup_errors=True) as scratch, contained():
        tools = Tools(
            repository=repository,
            nix=NixCommand(
                program=Program(name=settings.nix, arguments=settings.nix_arguments),
                plan=CheckPlan(
                    command=settings.check_command,
                    arguments=settings.check_arguments,
                    is_every_system=settings.all_systems,
                    is_evaluation_only=settings.evaluate_only,
                    memory=settings.check_memory,
                    disk=settings.check_disk,
                ),
                token=call.credentials.nix_token,
                server=server_of(settings),
            ),
            tips=call.tips(settings),
            clock=SystemClock(),
            scratch=Path(scratch),
            say=call.output.say,
            echo=call.output.quote,
            warn=call.output.warn,
        )
        return update(settings, tools, candidates=CandidateFolder(call.folder / settings.candidate))


def _propose(call: Call) -> Report:
    from flakebot.adapters.candidate import CandidateFolder
    from flakebot.adapters.git import open_remote
    from flakebot.adapters.github.author import GithubAuthor
    from flakebot.adapters.github.job import GithubJob
    from flakebot.adapters.github.reader import GithubReader
    from flakebot.adapters.gpg import open_signer
    from flakebot.commands.branch import Workshop
    from flakebot.commands.plan import Powers
    from flakebot.commands.propose import propose

    early = call.settings(ProposeSettings)
    token, key = call.credentials.require_token("author"), call.credentials.require_key()
    update = CandidateFolder(call.folder / early.candidate).read()
    with ExitStack() as stack:
        repository = stack.enter_context(open_remote(git_url(early), token))
        base_tip = repository.fetch_tip(early.base_branch, (update.base,), depth=1)
        settings = call.settings(ProposeSettings, repository.content(base_tip, CONFIGURATION))
        signer = stack.enter_context(
            open_signer(key, passphrase=call.credentials.passphrase, fingerprints=settings.gpg_fingerprint)
        )
        connection = call.connection(settings, token, "author")
        job = call.job_connection(settings)
        powers = Powers(
            author=GithubAuthor(connection),
            job=GithubJob(job, poster=settings.status_poster) if job is not None else None,
            workshop=Workshop(
                repository=repository,
                signer=signer,
                reader=GithubReader(connection),
                clock=connection.clock,
                base_tip=base_tip,
            ),
        )
        return propose(settings, update, powers)


def _approve(call: Call) -> Report:
    from flakebot.adapters.github.approver import GithubApprover
    from flakebot.commands.approval import Powers
    from flakebot.commands.approve import approve

    early = call.settings(ApproveSettings)
    token = call.credentials.require_token("approver")
    with ExitStack() as stack:
        settings, connection, sources = call.judging(stack, ApproveSettings, early, token, "approver")
        powers = Powers(
            sources=sources, hub=GithubApprover(connection), clock=connection.clock, progress=call.output.say
        )
        return approve(settings, powers)


def _merge(call: Call) -> Report:
    from flakebot.adapters.git import open_remote
    from flakebot.adapters.github.author import GithubAuthor
    from flakebot.adapters.github.reader import GithubReader
    from flakebot.commands.merge import Powers, merge

    early = call.settings(MergeSettings)
    token = call.credentials.require_token("author")
    connection = call.connection(early, token, "author")
    reader = GithubReader(connection)
    with open_remote(git_url(early), token) as repository:
        base_tip = repository.fetch_tip(early.base_branch, early.sha, depth=1)
        settings = call.settings(MergeSettings, repository.content(base_tip, CONFIGURATION))
        author = GithubAuthor(connection)
        return merge(settings, Powers(author=author, reader=reader, repository=repository, base_tip=base_tip))


def _verify(call: Call) -> Report:
    from flakebot.commands.locks_only import verify_locks_of_pull_request, verify_locks_of_range
    from flakebot.commands.verify import verify_pull_request, verify_range

    early = call.settings(VerifySettings)
    if early.pr is not None:
        judge = verify_locks_of_pull_request if early.locks_only else verify_pull_request
        with ExitStack() as stack:
            settings, _, sources = call.judging(stack, VerifySettings, early, *call.credentials.require_reading())
            return judge(settings, sources=sources, progress=call.output.say)

    from flakebot.adapters.git import open_checkout
    from flakebot.adapters.gpg import open_keyring

    repository = open_checkout(call.folder)
    base = repository.resolve(early.base or "")
    settings = call.settings(VerifySettings, repository.content(base, CONFIGURATION))
    keys = (_key_of(settings.public_key),) if settings.public_key else ()
    is_traced = settings.provenance and "provenance" in settings.model_fields_set
    with ExitStack() as stack:
        provenance = call.provenance(stack, settings, call.credentials.token) if is_traced else None
        if settings.locks_only:
            return verify_locks_of_range(
                settings, repository=repository, provenance=provenance, progress=call.output.say
            )
        return verify_range(
            settings,
            repository=repository,
            keys=stack.enter_context(open_keyring(keys)),
            provenance=provenance,
            progress=call.output.say,
        )


def _diff(call: Call) -> Report:
    from flakebot.commands.diff import diff_locks

    settings = call.settings(DiffSettings)
    old, new = (_bytes_of(path, advice="Name two lock files.") for path in (settings.old, settings.new))
    return diff_locks(settings, old=old, new=new)


def _whoami(call: Call) -> Report:
    from flakebot.adapters.github.account import GithubAccount
    from flakebot.adapters.github.reader import GithubReader
    from flakebot.commands.whoami import whoami

    early = call.settings(WhoamiSettings)
    connection = call.connection(early, call.credentials.require_token(early.role), early.role)
    configuration = GithubReader(connection).file(CONFIGURATION, early.base_branch)
    return whoami(
        call.settings(WhoamiSettings, configuration),
        account=GithubAccount(connection),
        is_configured=configuration is not None,
    )


def _rehearse(call: Call) -> Report:
    from flakebot.cli.rehearsal import rehearse

    return rehearse(call)


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


WIRINGS: dict[str, Callable[[Call], Report]] = {
    "update": _update,
    "propose": _propose,
    "verify": _verify,
    "approve": _approve,
    "merge": _merge,
    "diff": _diff,
    "whoami": _whoami,
    "rehearse": _rehearse,
}
"""What runs each command, by its name."""
