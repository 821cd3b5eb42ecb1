"""What somebody does to the bot's branch with secrets that were stolen, or with rights of their own.

Each is a function of the world, for a story to play between two steps. Nothing here is told to flakebot.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from flakebot.adapters.gpg import open_signer
from flakebot.model import Sha
from flakebot.rehearsal.github import Account, Role
from flakebot.rehearsal.github.git.commits import Stamp
from flakebot.rehearsal.github.git.seeding import Content, Draft, File, write_draft
from flakebot.rehearsal.github.state.world import present
from flakebot.rehearsal.people import AUTHOR
from flakebot.rehearsal.signing_key import KeyPair, generate_key
from flakebot.rehearsal.world import BOT_BRANCH, World

LOCK = "flake.lock"


def lock_becomes_a_symlink(world: World) -> None:
    """Let the lock point to a file of the machine that builds; the key was stolen with the token."""
    link = File(content=b"/var/tmp/flake.lock", mode="120000")
    _move(world, _commit(world, {LOCK: link}, onto=_base(world), key=world.secrets.key))


def file_is_added_and_reverted(world: World) -> None:
    """Add a file and take it away again: no difference shows, and the history keeps it."""
    lock = world.consumer.read(LOCK, at=BOT_BRANCH)
    added = _commit(world, {"notes.txt": "keep me\n"}, onto=_base(world), key=world.secrets.key)
    _move(world, _commit(world, {"notes.txt": None, LOCK: lock}, onto=added, key=world.secrets.key))


def update_loses_its_signature(world: World) -> None:
    """Put the same lock there again without the signature, as anybody who holds the author's token can."""
    replace_lock(world, world.consumer.read(LOCK, at=BOT_BRANCH), key=None)


def another_key_signs(world: World) -> None:
    """Register a key of one's own with the author's account, and sign with it: GitHub calls that verified."""
    account = world.account(AUTHOR)
    key = generate_key(f"{AUTHOR} <{account.public_email}>")
    world.github.add_gpg_key(account, key.public)
    replace_lock(world, world.consumer.read(LOCK, at=BOT_BRANCH), key=key)


def somebody_else_pushes(world: World) -> None:
    """Let another person with write access push the update again, in the bot's name and with the bot's key."""
    person = world.github.add_account("night-shift", email="night-shift@homelab.example")
    world.consumer.state.collaborators[person] = Role.WRITE
    replace_lock(world, world.consumer.read(LOCK, at=BOT_BRANCH), key=world.secrets.key, pusher=person)


def lock_names_a_key_twice(world: World) -> None:
    """Write a revision twice, the true one last: which of them counts is for each parser to choose."""
    lock = world.consumer.read(LOCK, at=BOT_BRANCH)
    forged = lock.replace(b'"owner": "nixlab"', b'"owner": "mallory",\n        "owner": "nixlab"', 1)
    replace_lock(world, forged, key=world.secrets.key)


def replace_lock(world: World, lock: bytes, *, key: KeyPair | None, pusher: Account | None = None) -> None:
    """Replace the bot's commit by one with another lock, in the bot's name and signed with a key if there is one."""
    _move(world, _commit(world, {LOCK: lock}, onto=_base(world), key=key), pusher=pusher)


def _base(world: World) -> Sha:
    """Return the commit on which the bot's own stands."""
    (parent,) = world.consumer.state.store.commit(world.consumer.head(BOT_BRANCH)).parents
    return parent


def _commit(world: World, files: Mapping[str, Content], *, onto: Sha, key: KeyPair | None) -> Sha:
    """Write a commit in the bot's name, signed with a key if there is one."""
    stamp = Stamp(name=AUTHOR, email=world.account(AUTHOR).public_email, when=present())
    with ExitStack() as stack:
        sign = None
        if key is not None:
            sign = stack.enter_context(open_signer(key.private, passphrase=key.passphrase)).sign
        draft = Draft(files=files, message="flake.lock: update", author=stamp, parent=onto, sign=sign)
        return write_draft(world.consumer.state.store, draft)


def _move(world: World, sha: Sha, *, pusher: Account | None = None) -> None:
    """Move the bot's branch as a push does, forwards or not."""
    world.consumer.set_branch(BOT_BRANCH, sha, pusher=pusher or world.account(AUTHOR))
