"""Wire what the author does: its account, and its key for proposing alone. Never the approver's account."""

from __future__ import annotations

from contextlib import ExitStack

from flakebot.cli.request import Call
from flakebot.cli.wiring.github import connected, fetching
from flakebot.commands.report import Report
from flakebot.settings.commands import MergeSettings, ProposeSettings
from flakebot.settings.file import CONFIGURATION


def wire_propose(call: Call) -> Report:
    """Propose the candidate, with the author's token and key."""
    from flakebot.adapters.candidate import CandidateFolder

    early = call.settings(ProposeSettings)
    token, key = call.credentials.require_token("author"), call.credentials.require_key()
    update = CandidateFolder(call.folder / early.candidate).read()
    with ExitStack() as stack:
        arriving = fetching(stack, early, token, (update.base,))

        from flakebot.adapters.github.author import GithubAuthor
        from flakebot.adapters.github.job import GithubJob
        from flakebot.adapters.github.reader import GithubReader
        from flakebot.adapters.gpg import open_signer
        from flakebot.commands.branch import Workshop
        from flakebot.commands.plan import Powers
        from flakebot.commands.propose import propose

        repository, base_tip = arriving.repository, arriving.tip()
        settings = call.settings(ProposeSettings, repository.content(base_tip, CONFIGURATION))
        signer = stack.enter_context(
            open_signer(key, passphrase=call.credentials.passphrase, fingerprints=settings.gpg_fingerprint)
        )
        connection = connected(settings, token, "author")
        job = call.credentials.job_token
        powers = Powers(
            author=GithubAuthor(connection),
            job=None if job is None else GithubJob(connected(settings, job, "job"), poster=settings.status_poster),
            workshop=Workshop(
                repository=repository,
                signer=signer,
                reader=GithubReader(connection),
                clock=connection.clock,
                base_tip=base_tip,
            ),
        )
        return propose(settings, update, powers)


def wire_merge(call: Call) -> Report:
    """Merge, with the author's token."""
    early = call.settings(MergeSettings)
    token = call.credentials.require_token("author")
    with ExitStack() as stack:
        arriving = fetching(stack, early, token, early.sha)

        from flakebot.adapters.github.author import GithubAuthor
        from flakebot.adapters.github.reader import GithubReader
        from flakebot.commands.merge import Powers, merge

        connection = connected(early, token, "author")
        author, reader = GithubAuthor(connection), GithubReader(connection)
        repository, base_tip = arriving.repository, arriving.tip()
        settings = call.settings(MergeSettings, repository.content(base_tip, CONFIGURATION))
        return merge(settings, Powers(author=author, reader=reader, repository=repository, base_tip=base_tip))
