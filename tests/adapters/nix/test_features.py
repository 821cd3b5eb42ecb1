"""Which Nix it is by what it says of itself, and what that one can do."""

from __future__ import annotations

import pytest

from flakebot.adapters.nix.features import Feature, Implementation, NixVersion, parse_version
from flakebot.errors import MisuseError


def known(said: str) -> NixVersion:
    version = parse_version(said)
    assert version is not None
    return version


@pytest.mark.parametrize(
    ("said", "implementation", "release", "shown"),
    [
        ("nix (Nix) 2.8.0", Implementation.NIX, (2, 8), "2.8.0"),
        ("nix (Nix) 2.34.8", Implementation.NIX, (2, 34), "2.34.8"),
        ("nix (Nix) 2.32pre20250919_5a9a5d1c", Implementation.NIX, (2, 32), "2.32pre20250919_5a9a5d1c"),
        ("nix (Nix) 3.0.1", Implementation.NIX, (3, 0), "3.0.1"),
        (
            "nix (Determinate Nix 3.6.2) 2.29.0",
            Implementation.DETERMINATE,
            (2, 29),
            "2.29.0 (Determinate Nix 3.6.2)",
        ),
        ("nix (Lix, like Nix) 2.91.1", Implementation.LIX, (2, 91), "2.91.1 (Lix)"),
        ("nix (Lix, like Nix) 2.94.0-dev-pre20250704-58a7c1f", Implementation.LIX, (2, 94), None),
        ("nix (Lix, like Nix but patched) 2.93.3", Implementation.LIX, (2, 93), "2.93.3 (Lix)"),
    ],
)
def test_tells_who_makes_it(
    said: str, implementation: Implementation, release: tuple[int, int], shown: str | None
) -> None:
    version = known(said)
    assert (version.implementation, version.release) == (implementation, release)
    assert str(version) == (shown or f"{said.rsplit(maxsplit=1)[-1]} (Lix)")


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "2.26.3",
            "nix 2.26.3",
            "nix (Nix)",
            "nix (Nix) two",
            "nix (Nix) 2",
            "nix (Tvix) 0.1.0",
            "nix (Lixy) 2.90.0",
        ),
        *("nix (Determinate Nix) 2.29.0", "error: nix (Nix) 2.26.3", "nix (Nix) 2.26.3\nmore"),
    ],
)
def test_says_so_when_it_is_none_that_is_known(said: str) -> None:
    assert parse_version(said) is None


@pytest.mark.parametrize("number", ["2.3.16", "2.7.0", "1.11"])
def test_refuses_one_that_is_too_old(number: str) -> None:
    with pytest.raises(MisuseError, match=rf"Nix {number} is too old; flakebot needs 2\.8 or newer"):
        parse_version(f"nix (Nix) {number}")


@pytest.mark.parametrize(
    ("said", "features"),
    [
        ("nix (Nix) 2.8.0", set()),
        ("nix (Nix) 2.15.3", set()),
        ("nix (Nix) 2.16.0", {Feature.ALL_SYSTEMS}),
        ("nix (Nix) 2.18.9", {Feature.ALL_SYSTEMS}),
        ("nix (Nix) 2.19.0", {Feature.ALL_SYSTEMS, Feature.NAMED_INPUTS}),
        ("nix (Nix) 2.25.5", {Feature.ALL_SYSTEMS, Feature.NAMED_INPUTS}),
        ("nix (Nix) 2.26.0", set(Feature)),
        ("nix (Nix) 2.34.8", set(Feature)),
        ("nix (Nix) 3.0.0", set(Feature)),
        ("nix (Determinate Nix 3.0.0) 2.25.0", {Feature.ALL_SYSTEMS, Feature.NAMED_INPUTS}),
        ("nix (Determinate Nix 3.6.2) 2.29.0", set(Feature)),
        ("nix (Lix, like Nix) 2.90.0", {Feature.ALL_SYSTEMS, Feature.NAMED_INPUTS}),
        ("nix (Lix, like Nix) 2.95.2", {Feature.ALL_SYSTEMS, Feature.NAMED_INPUTS}),
    ],
)
def test_knows_what_each_can_do(said: str, features: set[Feature]) -> None:
    version = known(said)
    assert {feature for feature in Feature if version.has(feature)} == features
