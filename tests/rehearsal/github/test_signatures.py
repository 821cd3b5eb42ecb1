"""`verified` is computed with real gpg, and each of GitHub's reasons can come about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from flakebot.model import Sha
from flakebot.rehearsal.github.git.commits import Sign
from tests.rehearsal.github.client import Client
from tests.rehearsal.github.keys import PersonalKey, gpg_home, make_key
from tests.rehearsal.github.place import REPOSITORY, Place


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with gpg_home() as folder:
        yield folder


def _commit(place: Place, sign: Sign | None) -> Sha:
    return place.config.commit({"flake.lock": "x"}, branch="update", author=place.author, sign=sign)


def _verification(client: Client, sha: Sha) -> dict[str, object]:
    found = client.get(f"{REPOSITORY}/commits/{sha}").json()["commit"]["verification"]
    assert found == client.get(f"{REPOSITORY}/git/commits/{sha}").json()["verification"]
    assert isinstance(found, dict)
    return found


def _reason(client: Client, sha: Sha) -> object:
    found = _verification(client, sha)
    assert found["verified"] is (found["reason"] == "valid")
    return found["reason"]


def test_a_signature_by_a_registered_key_is_valid(place: Place, author: Client, personal_key: PersonalKey) -> None:
    place.github.add_gpg_key(place.author, personal_key.public)
    found = _verification(author, _commit(place, personal_key.sign))
    assert (found["verified"], found["reason"]) == (True, "valid")
    assert str(found["signature"]).startswith("-----BEGIN PGP SIGNATURE-----")
    assert str(found["payload"]).startswith("tree ")


def test_no_signature_is_unsigned(place: Place, author: Client) -> None:
    found = _verification(author, _commit(place, None))
    assert found == {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}


def test_an_unregistered_key_is_unknown_until_it_is_registered(
    place: Place, author: Client, personal_key: PersonalKey
) -> None:
    sha = _commit(place, personal_key.sign)
    assert _reason(author, sha) == "unknown_key"
    place.github.add_gpg_key(place.author, personal_key.public)
    assert _reason(author, sha) == "valid"


def test_a_signature_of_other_bytes_is_invalid(place: Place, author: Client, personal_key: PersonalKey) -> None:
    place.github.add_gpg_key(place.author, personal_key.public)
    assert _reason(author, _commit(place, lambda payload: personal_key.sign(payload + b"\n"))) == "invalid"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-----BEGIN PGP SIGNATURE-----\n\nnonsense\n-----END PGP SIGNATURE-----", "malformed_signature"),
        ("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----", "unknown_signature_type"),
    ],
)
def test_what_is_no_openpgp_signature_is_named(place: Place, author: Client, text: str, reason: str) -> None:
    assert _reason(author, _commit(place, lambda _payload: text)) == reason


def test_the_address_must_be_among_the_keys_identities(place: Place, author: Client, home: Path) -> None:
    key = make_key(home, "Somebody <somebody@example.org>")
    place.github.add_gpg_key(place.author, key.public)
    assert _reason(author, _commit(place, key.sign)) == "bad_email"


def test_the_address_must_be_somebodys(place: Place, author: Client, personal_key: PersonalKey) -> None:
    place.github.add_gpg_key(place.author, personal_key.public)
    place.author.emails.clear()
    stranger = place.github.add_account("stranger")
    sha = place.config.commit({"a": "b"}, branch="update", author=stranger, sign=personal_key.sign)
    assert _reason(author, sha) == "bad_email"
    place.github.hub.world.accounts.pop("stranger")
    place.github.add_gpg_key(place.reviewer, personal_key.public)
    assert _reason(author, sha) == "no_user"


def test_the_address_must_be_verified(place: Place, author: Client, home: Path) -> None:
    late = place.github.add_account("late", unverified=("late@example.org",))
    key = make_key(home, "Late <late@example.org>")
    place.github.add_gpg_key(late, key.public)
    sha = place.config.commit({"a": "b"}, branch="update", author=late, sign=key.sign)
    assert _reason(author, sha) == "unverified_email"


def test_the_address_must_be_the_key_owners(place: Place, author: Client, personal_key: PersonalKey) -> None:
    place.github.add_gpg_key(place.visitor, personal_key.public)
    assert _reason(author, _commit(place, personal_key.sign)) == "unverified_email"


def test_an_expired_key_is_named(place: Place, author: Client, home: Path) -> None:
    key = make_key(home, "Author <author@example.org>", expires="seconds=100", now="20200101T000000")
    place.github.add_gpg_key(place.author, key.public)
    assert _reason(author, _commit(place, lambda payload: key.sign(payload, now="20200101T000010"))) == "expired_key"


def test_a_key_with_a_signing_subkey_is_valid(place: Place, author: Client, home: Path) -> None:
    key = make_key(home, "With a subkey <author@example.org>", usage="cert", subkey="sign")
    place.github.add_gpg_key(place.author, key.public)
    assert _reason(author, _commit(place, key.sign)) == "valid"
    (listed,) = author.get("/users/author/gpg_keys").json()
    assert (listed["can_sign"], [subkey["can_sign"] for subkey in listed["subkeys"]]) == (False, [True])


def test_a_part_of_a_key_that_may_not_sign_is_named(place: Place, author: Client, home: Path) -> None:
    key = make_key(home, "Only certifies <author@example.org>")
    place.github.add_gpg_key(place.author, key.public)
    (registered,) = place.author.keys
    place.author.keys[:] = [replace(registered, primary=replace(registered.primary, capabilities="c"))]
    assert _reason(author, _commit(place, key.sign)) == "not_signing_key"


def test_github_signs_the_merges_that_it_makes(place: Place, author: Client, proposed: str) -> None:
    merged = author.ask("PUT", f"{proposed}/merge", {}).json()["sha"]
    commit = author.get(f"{REPOSITORY}/commits/{merged}").json()
    assert (commit["commit"]["verification"]["reason"], commit["committer"]["login"]) == ("valid", "web-flow")
    assert commit["author"]["login"] == "author"


@pytest.mark.parametrize(
    "text", ["nonsense", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----"]
)
def test_what_is_no_key_is_not_registered(place: Place, text: str) -> None:
    with pytest.raises(ValueError, match="OpenPGP public key"):
        place.github.add_gpg_key(place.author, text)
