"""Signing and verifying with real keys and the real gpg."""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from flakebot.adapters.gpg import open_keyring, open_signer
from flakebot.adapters.gpg.choice import choose_signing_key
from flakebot.adapters.gpg.listing import Fitness, Key, Part
from flakebot.adapters.gpg.status import read_status
from flakebot.errors import FlakebotError, MisuseError, UnavailableError
from flakebot.interrupts import heed
from flakebot.model import Fingerprint, Passphrase, Person, Signature, SignatureState, SigningKey
from tests.adapters.keys import PASSPHRASE, Keys, make_keys
from tests.adapters.signals import send_when_written

PAYLOAD = b"tree 1\nauthor x\n\nsubject\n"


@pytest.fixture(scope="module")
def keys() -> Iterator[Keys]:
    made = make_keys()
    yield made
    made.maker.close()


def verified(public: str, payload: bytes, signature: str | None) -> Signature:
    with open_keyring((public,)) as keyring:
        return keyring.verify(payload, signature)


# Signing


def test_signs_so_that_gpg_itself_agrees(keys: Keys, tmp_path: Path) -> None:
    with open_signer(SigningKey(keys.maker.secret(keys.plain))) as signer:
        (tmp_path / "signature").write_text(signer.sign(PAYLOAD))
    keys.maker.gpg("--verify", str(tmp_path / "signature"), "-", stdin=PAYLOAD)


def test_says_whose_signature_it_will_be(keys: Keys) -> None:
    with open_signer(SigningKey(keys.maker.secret(keys.plain))) as signer:
        assert signer.signature == Signature(
            state=SignatureState.GOOD,
            fingerprint=Fingerprint(keys.plain),
            primary=Fingerprint(keys.plain),
            identities=(Person(name="plain", email="plain@example.org"),),
        )
        assert signer.verify(PAYLOAD, signer.sign(PAYLOAD)) == signer.signature


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"])
def test_opens_a_key_with_its_passphrase(keys: Keys, line_end: str) -> None:
    key = SigningKey(keys.maker.secret(keys.locked, passphrase=PASSPHRASE))
    with open_signer(key, passphrase=Passphrase(PASSPHRASE + line_end)) as signer:
        assert verified(keys.maker.public(keys.locked), PAYLOAD, signer.sign(PAYLOAD)).state is SignatureState.GOOD


def test_opens_a_key_with_a_passphrase_of_any_characters(keys: Keys) -> None:
    key = keys.maker.new_key("foreign-words", passphrase="pâß ☃")
    with open_signer(SigningKey(keys.maker.secret(key, passphrase="pâß ☃")), passphrase=Passphrase("pâß ☃")) as signer:
        assert verified(keys.maker.public(key), PAYLOAD, signer.sign(PAYLOAD)).state is SignatureState.GOOD


@pytest.mark.parametrize("wanted", ["primary", "subkey"])
@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "subkeys only"])
def test_signs_with_the_subkey_of_a_key_that_only_certifies(keys: Keys, wanted: str, *, is_whole: bool) -> None:
    export = keys.maker.secret if is_whole else keys.maker.secret_subkeys
    fingerprint = Fingerprint(keys.primary if wanted == "primary" else keys.subkey)
    with open_signer(SigningKey(export(keys.primary)), fingerprints=(fingerprint,)) as signer:
        assert (signer.signature.fingerprint, signer.signature.primary) == (keys.subkey, keys.primary)
        assert verified(keys.maker.public(keys.primary), PAYLOAD, signer.sign(PAYLOAD)) == signer.signature


def test_prefers_the_newest_subkey_that_is_usable(keys: Keys) -> None:
    key = keys.maker.new_key("several", at="20190101T000000")
    keys.maker.add_subkey(key, at="20200101T000000")
    newest = keys.maker.add_subkey(key, at="20210101T000000")
    keys.maker.add_subkey(key, expiry="2022-02-01", at="20220101T000000")
    keys.maker.add_subkey(key, usage="auth")
    with open_signer(SigningKey(keys.maker.secret(key))) as signer:
        assert signer.signature.fingerprint == newest


def test_prefers_a_subkey_that_is_as_old_as_its_primary_key() -> None:
    primary = Part(
        fingerprint=Fingerprint("A" * 40),
        fitness=Fitness.USABLE,
        created=1784376000,
        expiry=None,
        can_sign=True,
        has_secret=True,
    )
    subkey = replace(primary, fingerprint=Fingerprint("B" * 40))
    assert choose_signing_key((Key(parts=(primary, subkey)),), ()).part is subkey


def test_leaves_out_identities_that_are_revoked_or_have_no_address(keys: Keys) -> None:
    key = keys.maker.new_key("people")
    for identity in ("Old <old@example.org>", "no address at all", "Ümlaut: (note) <new@example.org>"):
        keys.maker.gpg("--quick-add-uid", key, identity)
    keys.maker.gpg("--quick-revoke-uid", key, "Old <old@example.org>")
    with open_signer(SigningKey(keys.maker.secret(key))) as signer:
        assert set(signer.signature.identities) == {
            Person(name="people", email="people@example.org"),
            Person(name="Ümlaut:", email="new@example.org"),
        }


def test_several_keys_need_a_fingerprint(keys: Keys) -> None:
    both = SigningKey(keys.maker.secret(keys.plain, keys.primary))
    with pytest.raises(MisuseError, match="several private keys are given"), open_signer(both):
        pass
    with open_signer(both, fingerprints=(Fingerprint(keys.plain),)) as signer:
        assert signer.signature.fingerprint == keys.plain


@pytest.mark.parametrize(
    ("given", "said", "advice"),
    [
        ("garbage", "is no OpenPGP key", "--export-secret-keys"),
        ("empty", "is no OpenPGP key", "--export-secret-keys"),
        ("cut short", "is no OpenPGP key", "--export-secret-keys"),
        ("public", "is a public key", "--export-secret-keys"),
        ("expired", "is expired on 2020-02-01", "--quick-set-expire"),
        ("revoked", "is revoked", "new key"),
        ("certifying", "cannot sign", "subkey"),
        ("elsewhere", "cannot sign", "subkey"),
        ("foreign", "expected " + "A" * 40, "gpg-fingerprint"),
    ],
)
def test_says_before_signing_why_a_key_cannot(keys: Keys, given: str, said: str, advice: str) -> None:
    maker = keys.maker
    if given == "revoked":
        maker.revoke(keys.revoked)
    exports: dict[str, Callable[[], str]] = {
        "garbage": lambda: "this is no key, nor in ASCII: \u2026",
        "empty": lambda: "\n",
        "cut short": lambda: maker.secret(keys.plain)[:200],
        "public": lambda: maker.public(keys.plain),
        "expired": lambda: maker.secret(keys.expired),
        "revoked": lambda: maker.secret(keys.revoked),
        "certifying": lambda: maker.secret(maker.new_key("certifying", usage="cert")),
        "elsewhere": lambda: maker.secret_subkeys(keys.offline),
        "foreign": lambda: maker.secret(keys.plain),
    }
    key = exports[given]()
    wanted = (Fingerprint("A" * 40),) if given == "foreign" else ()
    with pytest.raises(MisuseError, match=said) as caught, open_signer(SigningKey(key), fingerprints=wanted):
        pytest.fail("a key was opened that cannot sign")
    assert advice in caught.value.advice


@pytest.mark.parametrize(
    ("passphrase", "said"),
    [
        (None, "has a passphrase, but none is given"),
        (Passphrase(""), "has a passphrase, but none is given"),
        (Passphrase("wrong words"), "the passphrase does not open the signing key"),
        (Passphrase("two\nlines"), "has several lines"),
    ],
)
def test_a_passphrase_that_does_not_fit_is_misuse_and_is_not_shown(
    keys: Keys, passphrase: Passphrase | None, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = SigningKey(keys.maker.secret(keys.locked, passphrase=PASSPHRASE))
    with pytest.raises(MisuseError, match=said) as caught, open_signer(key, passphrase=passphrase) as signer:
        signer.sign(PAYLOAD)
    shown = f"{caught.value!r} {caught.value.advice} {caught.value.__cause__!r} {caplog.text}"
    assert "wrong words" not in shown
    assert "lines\n" not in shown
    assert "PRIVATE KEY" not in shown


def test_nothing_of_the_key_is_logged_or_an_argument(keys: Keys) -> None:
    script = """
import logging, subprocess, sys, threading
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
from pathlib import Path
from flakebot.adapters.gpg import open_signer
from flakebot.model import Passphrase, SigningKey
seen, is_over = set(), threading.Event()
def watch():
    while not is_over.is_set():
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try: seen.add(entry.read_bytes())
            except OSError: pass
threading.Thread(target=watch).start()
passphrase = Passphrase(sys.stdin.readline())
with open_signer(SigningKey(sys.stdin.read()), passphrase=passphrase) as signer:
    print(repr(signer), vars(signer))
    for _ in range(3): signer.sign(b"payload")
is_over.set()
print(*seen)
"""
    key = keys.maker.secret(keys.locked, passphrase=PASSPHRASE)
    ended = subprocess.run(
        [sys.executable, "-c", script],
        input=f"{PASSPHRASE}\n{key}",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    shown = ended.stdout + ended.stderr
    assert "--detach-sign" in shown, "no gpg was seen, so nothing was tried"
    assert "sesame" not in shown
    assert "PRIVATE KEY" not in shown
    assert key.splitlines()[3] not in shown


def test_a_signature_of_other_bytes_is_not_handed_on(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forger = tmp_path / "gpg"
    forger.write_text(
        f"""#!/bin/sh
case "$*" in
  *--detach-sign*) sed s/tree/free/ | {shutil.which("gpg")} "$@" ;;
  *) exec {shutil.which("gpg")} "$@" ;;
esac
"""
    )
    forger.chmod(0o755)
    key = SigningKey(keys.maker.secret(keys.plain))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with open_signer(key) as signer:
        assert signer.verify(b"other\n", signer.sign(b"other\n")).state is SignatureState.GOOD
        with pytest.raises(UnavailableError, match="made no good signature"):
            signer.sign(PAYLOAD)


# Verifying


def test_each_kind_of_signature_has_its_state(keys: Keys) -> None:
    maker = keys.maker
    revoked = maker.new_key("soon")
    of_revoked = maker.signature(revoked, PAYLOAD)
    maker.revoke(revoked)
    good = maker.signature(keys.plain, PAYLOAD)
    cases = {
        SignatureState.GOOD: (keys.plain, PAYLOAD, good),
        SignatureState.UNSIGNED: (keys.plain, PAYLOAD, None),
        SignatureState.BAD: (keys.plain, PAYLOAD + b"x", good),
        SignatureState.UNKNOWN_KEY: (keys.primary, PAYLOAD, good),
        SignatureState.EXPIRED_KEY: (
            keys.expired,
            PAYLOAD,
            maker.signature(keys.expired, PAYLOAD, at="20200110T000000"),
        ),
        SignatureState.REVOKED_KEY: (revoked, PAYLOAD, of_revoked),
        SignatureState.EXPIRED: (
            keys.plain,
            PAYLOAD,
            maker.signature(keys.plain, PAYLOAD, "--ask-cert-expire", "--default-sig-expire", "seconds=1"),
        ),
    }
    time.sleep(2)
    found = {state: verified(maker.public(key), payload, made).state for state, (key, payload, made) in cases.items()}
    assert found == {state: state for state in SignatureState}


def test_a_good_signature_names_both_fingerprints_and_the_identities(keys: Keys) -> None:
    made = keys.maker.signature(keys.subkey, PAYLOAD)
    assert verified(keys.maker.public(keys.primary), PAYLOAD, made) == Signature(
        state=SignatureState.GOOD,
        fingerprint=Fingerprint(keys.subkey),
        primary=Fingerprint(keys.primary),
        identities=(Person(name="composed", email="composed@example.org"),),
    )


def test_an_empty_keyring_knows_no_key(keys: Keys) -> None:
    with open_keyring(()) as keyring:
        made = keys.maker.signature(keys.plain, PAYLOAD)
        assert keyring.verify(PAYLOAD, made).state is SignatureState.UNKNOWN_KEY


def test_a_keyring_knows_what_it_holds_the_subkeys_too(keys: Keys) -> None:
    with open_keyring((keys.maker.public(keys.primary), keys.maker.public(keys.plain))) as keyring:
        assert keyring.fingerprints == {keys.primary, keys.subkey, keys.plain}
    with open_keyring(()) as keyring:
        assert keyring.fingerprints == frozenset()


def test_a_keyring_of_public_keys_starts_no_agent(keys: Keys, place: Path) -> None:
    with open_keyring((keys.maker.public(keys.plain),)) as keyring:
        assert keyring.fingerprints
        (home,) = homes(place)
        assert not agents_of(str(home))
        assert not list(home.glob("S.*"))


def test_what_is_no_key_does_not_keep_the_others_out(keys: Keys) -> None:
    with open_keyring(("garbage", keys.maker.public(keys.plain), "")) as keyring:
        assert keyring.verify(PAYLOAD, keys.maker.signature(keys.plain, PAYLOAD)).state is SignatureState.GOOD


def test_the_users_own_keyring_is_not_asked(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GNUPGHOME", str(keys.maker.home))
    with open_keyring(()) as keyring:
        made = keys.maker.signature(keys.plain, PAYLOAD)
        assert keyring.verify(PAYLOAD, made).state is SignatureState.UNKNOWN_KEY


@pytest.mark.parametrize("options", [("--textmode",), ("--digest-algo", "SHA1")], ids=["text", "SHA-1"])
def test_a_signature_that_leaves_room_for_other_bytes_is_bad(keys: Keys, options: tuple[str, ...]) -> None:
    made = keys.maker.signature(keys.plain, PAYLOAD, *options)
    assert verified(keys.maker.public(keys.plain), PAYLOAD, made).state is SignatureState.BAD


def test_anything_but_one_detached_signature_is_bad(keys: Keys) -> None:
    maker = keys.maker
    good = maker.signature(keys.plain, PAYLOAD)
    binary = maker.gpg("--dearmor", stdin=good.encode())
    rows = {
        "two armours": good + good,
        "two in one armour": maker.gpg("--enarmor", stdin=binary + binary)
        .decode()
        .replace("PGP ARMORED FILE", "PGP SIGNATURE"),
        "junk behind": good + "junk\n",
        "junk before": "junk\n" + good,
        "text that is signed": maker.gpg("--clear-sign", "--local-user", keys.plain, stdin=PAYLOAD).decode(),
        "a message": maker.gpg("--armor", "--sign", "--local-user", keys.plain, stdin=PAYLOAD).decode(),
        "a key": maker.public(keys.plain),
        "an SSH signature": "-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n",
        "nothing": "",
        "no packet": "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n",
        "other characters": good.replace("\n\n", "\n\nü\n", 1),
    }
    with open_keyring((maker.public(keys.plain),)) as keyring:
        assert keyring.verify(PAYLOAD, good).state is SignatureState.GOOD
        assert {name: keyring.verify(PAYLOAD, made).state for name, made in rows.items()} == dict.fromkeys(
            rows, SignatureState.BAD
        )


_NEW = "NEWSIG bot@example.org"
_GOOD = f"GOODSIG {'A' * 16} Bot <bot@example.org>"
_VALID = f"VALIDSIG {'A' * 40} 2026-07-18 1784376000 0 4 0 22 10 00 {'B' * 40}"


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ((_NEW, _GOOD, _VALID), SignatureState.GOOD),
        ((), SignatureState.BAD),
        ((_VALID,), SignatureState.BAD),
        ((_GOOD,), SignatureState.BAD),
        ((_GOOD, _GOOD, _VALID), SignatureState.BAD),
        ((_GOOD, _VALID, _VALID), SignatureState.BAD),
        ((_GOOD, _VALID, "BADSIG x y"), SignatureState.BAD),
        ((_GOOD, _VALID, "UNEXPECTED 0"), SignatureState.BAD),
        ((_GOOD, _VALID, "NODATA 4"), SignatureState.BAD),
        ((_GOOD, _VALID, "PLAINTEXT 62 0 x"), SignatureState.BAD),
        ((_GOOD, _VALID.replace(" 10 00 ", " 2 00 ")), SignatureState.BAD),
        ((_GOOD, _VALID.replace(" 10 00 ", " 10 01 ")), SignatureState.BAD),
        ((_GOOD, _VALID.rpartition(" ")[0]), SignatureState.BAD),
        ((f"ERRSIG {'A' * 16} 22 10 00 1784376000 9 {'A' * 40}",), SignatureState.UNKNOWN_KEY),
        ((f"ERRSIG {'A' * 16} 22 10 00 1784376000 4 {'A' * 40}",), SignatureState.BAD),
        (("gpg: " + _GOOD, "gpg: " + _VALID), SignatureState.BAD),
    ],
)
def test_whatever_gpg_says_but_one_good_signature_is_bad(lines: tuple[str, ...], state: SignatureState) -> None:
    output = "".join(line if line.startswith("gpg:") else f"[GNUPG:] {line}\n" for line in lines)
    found = read_status(output, {Fingerprint("B" * 40): (Person(name="Bot", email="bot@example.org"),)})
    assert found.state is state
    assert bool(found.identities) is (state is SignatureState.GOOD)


# The home


def homes(folder: Path) -> list[Path]:
    return list(folder.glob("fb-*"))


def agents_of(home: str) -> list[str]:
    return [command for file in Path("/proc").glob("[0-9]*/cmdline") if home in (command := read_if_there(file))]


def read_if_there(file: Path) -> str:
    try:
        return file.read_bytes().decode(errors="replace")
    except OSError:  # that process is over, or another user's
        return ""


def test_the_home_is_ours_alone_and_ends_with_its_agent(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Path(tempfile.mkdtemp(dir="/tmp", prefix="s-"))
    monkeypatch.setattr("tempfile.tempdir", str(short))

    def fail() -> None:
        with open_signer(SigningKey(keys.maker.secret(keys.plain))) as signer:
            signer.sign(PAYLOAD)
            (home,) = homes(short)
            assert stat.S_IMODE(home.stat().st_mode) == 0o700
            assert agents_of(str(home)), "no agent was seen, so nothing was tried"
            raise FlakebotError(str(home))

    with pytest.raises(FlakebotError) as caught:
        fail()
    assert not list(short.iterdir())
    short.rmdir()
    assert_ended(Path(str(caught.value)))


@pytest.mark.usefixtures("listening")
def test_a_signal_while_there_is_a_home_does_not_keep_it_from_ending(keys: Keys, place: Path) -> None:
    with open_signer(SigningKey(keys.maker.secret(keys.plain))) as signer:
        signer.sign(PAYLOAD)
        signal.raise_signal(signal.SIGTERM)
        (home,) = homes(place)
        assert agents_of(str(home)), "no agent was seen, so nothing was tried"
    assert not home.exists()
    with pytest.raises(KeyboardInterrupt):
        heed()
    assert_ended(home)


@pytest.mark.usefixtures("listening")
def test_what_gpg_says_while_a_signal_comes_is_not_believed(keys: Keys, place: Path) -> None:
    with open_signer(SigningKey(keys.maker.secret(keys.plain))) as signer:
        made = signer.sign(PAYLOAD)
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signer.verify(PAYLOAD, made)


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("at", ["list-config", "import", "list-keys"])
def test_a_gpg_that_a_signal_kills_blames_neither_the_key_nor_flakebot(
    at: str, keys: Keys, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As from a terminal, which interrupts all that it runs."""
    dying = f'case "$*" in *--{at}*) kill -INT {os.getpid()} $$;; esac; exec {shutil.which("gpg")} "$@"'
    (place / "gpg").write_text(f"#!/bin/sh\n{dying}\n")
    (place / "gpg").chmod(stat.S_IRWXU)
    key = SigningKey(keys.maker.secret(keys.plain))
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    with pytest.raises(KeyboardInterrupt), open_signer(key):
        pytest.fail("it was believed")
    assert not homes(place)


@pytest.mark.usefixtures("listening")
def test_after_a_signal_no_gpg_is_started(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "gpg").write_text(f"#!/bin/sh\ntouch {place}/begun\n")
    (place / "gpg").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), open_keyring(()):
        pytest.fail("it was opened")
    assert sorted(path.name for path in place.iterdir()) == ["gpg"]


@pytest.mark.usefixtures("listening")
def test_a_gpg_that_dies_of_a_signal_before_it_has_read_everything_is_no_bug(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = f'case "$*" in *--import*) kill -INT {os.getpid()} $$;; esac; exec {shutil.which("gpg")} "$@"'
    (place / "gpg").write_text(f"#!/bin/sh\n{dying}\n")
    (place / "gpg").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    with pytest.raises(KeyboardInterrupt), open_keyring(("x" * 1_000_000,)):
        pytest.fail("it was believed")


@pytest.mark.usefixtures("listening")
def test_a_gpg_that_hangs_ends_with_the_command(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = f'case "$*" in *--import*) echo $$ > {place}/pid; exec sleep 60;; esac'
    (place / "gpg").write_text(f'#!/bin/sh\n{hanging}; exec {shutil.which("gpg")} "$@"\n')
    (place / "gpg").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    monkeypatch.setattr("flakebot.interrupts.PATIENCE", 0.2)
    send_when_written(signal.SIGTERM, place / "pid")
    with pytest.raises(KeyboardInterrupt), open_keyring(("a key",)):
        pytest.fail("it went on")
    with pytest.raises(ProcessLookupError):
        os.kill(int((place / "pid").read_text()), 0)
    assert not homes(place)


def test_a_gpg_that_does_not_work_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "gpg").write_text("#!/bin/sh\necho 'no libgcrypt' >&2; exit 127\n")
    (place / "gpg").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    with pytest.raises(UnavailableError, match=r"gpg does not work: .*no libgcrypt") as error, open_keyring(()):
        pytest.fail("it worked")
    assert error.value.advice == f"Does `{place}/gpg --list-config` end without an error?"


def assert_ended(home: Path) -> None:
    deadline = time.monotonic() + 30
    while agents_of(str(home)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not agents_of(str(home))


SIGNING = """\
import sys, time
from flakebot.adapters.gpg import open_signer
from flakebot.model import SigningKey

with open_signer(SigningKey(sys.stdin.read())) as signer:
    signer.sign(b"payload")
    print("signed", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files with a short path, which nobody else uses."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="s-") as short:
        monkeypatch.setattr("tempfile.tempdir", short)
        monkeypatch.setenv("TMPDIR", short)
        yield Path(short)


@contextmanager
def signing_elsewhere(key: str) -> Iterator[subprocess.Popen[str]]:
    """Let another process sign, and then sit there with its key, until it is killed."""
    argv = (sys.executable, "-c", SIGNING)
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdin is not None
            assert other.stdout is not None
            other.stdin.write(key)
            other.stdin.close()
            assert other.stdout.readline() == "signed\n"
            yield other
        finally:
            other.kill()


def test_the_home_of_a_killed_process_ends_with_its_key_and_agent_when_the_next_one_starts(
    keys: Keys, place: Path
) -> None:
    with signing_elsewhere(keys.maker.secret(keys.plain)) as other:
        (home,) = homes(place)
    assert other.wait() == -signal.SIGKILL
    assert list((home / "private-keys-v1.d").iterdir()), "no key was left behind, so nothing was tried"
    assert agents_of(str(home)), "no agent was left behind, so nothing was tried"
    with open_keyring(()):
        assert home not in homes(place)
    assert_ended(home)


def test_the_home_of_a_process_that_lives_is_left_alone(keys: Keys, place: Path) -> None:
    with signing_elsewhere(keys.maker.secret(keys.plain)):
        (home,) = homes(place)
        with open_keyring(()):
            assert home in homes(place)
        assert agents_of(str(home))
    with open_keyring(()):
        assert not home.exists()


def _open_to_others(home: Path) -> None:
    home.chmod(0o755)


def _unnamed(home: Path) -> None:
    (home / "owner").unlink()


def _led_elsewhere(home: Path) -> None:
    (home / "owner").unlink()
    (home / "owner").symlink_to("file")


def _somebody_elses(home: Path) -> None:
    os.chown(home, 12345, 12345)


@pytest.mark.parametrize("spoil", [_open_to_others, _unnamed, _led_elsewhere, _somebody_elses])
def test_a_folder_that_only_looks_like_a_home_is_left_alone(place: Path, spoil: Callable[[Path], None]) -> None:
    if spoil is _somebody_elses and os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    home = place / "fb-looksalike"
    home.mkdir(mode=0o700)
    (home / "owner").touch()
    (home / "file").touch()
    spoil(home)
    with open_keyring(()):
        pass
    assert (home / "file").exists()


def test_a_link_to_a_home_is_not_followed(place: Path) -> None:
    real = place / "real"
    real.mkdir(mode=0o700)
    (real / "owner").touch()
    (place / "fb-link").symlink_to(real)
    with open_keyring(()):
        pass
    assert (real / "owner").exists()


def test_signs_where_the_folder_for_temporary_files_has_a_long_path(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with open_signer(SigningKey(keys.maker.secret(keys.plain))) as signer:
        assert re.search("BEGIN PGP SIGNATURE", signer.sign(PAYLOAD))


def test_says_that_gpg_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MisuseError, match="the program gpg is not on PATH"), open_keyring(()):
        pass
    assert os.environ["PATH"] == str(tmp_path)
