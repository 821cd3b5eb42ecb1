"""What a flake.nix declares is read from its literals alone; what cannot be read is said, and nothing is guessed."""

from __future__ import annotations

import time

import pytest

from flakebot.lock.node import Attributes
from flakebot.model.provenance import Unknown
from flakebot.policy.provenance.flake_file import Declared, FlakeFile, flake_from
from flakebot.policy.provenance.words import LONGEST

OUTPUTS = "outputs = { self, ... }: { };"


def read(text: str) -> FlakeFile:
    found = flake_from(text.encode())
    assert isinstance(found, FlakeFile), found
    return found


def asked(text: str, *path: str) -> Attributes | None:
    declared = read(text).declared(path)
    return None if declared is None else declared.asked


LIB = {"type": "github", "owner": "acme", "repo": "lib"}


@pytest.mark.parametrize(
    "text",
    [
        '{ inputs.lib.url = "github:acme/lib"; }',
        '{ inputs = { lib.url = "github:acme/lib"; }; }',
        '{ inputs = { lib = { url = "github:acme/lib"; }; }; }',
        '{ inputs.lib = { url = "github:acme/lib"; flake = true; }; }',
        '{ "inputs"."lib".url = "github:acme/lib"; }',
        "{ inputs.lib.url = github:acme/lib; }",
        '{ inputs.lib = { type = "github"; owner = "acme"; repo = "lib"; }; }',
        '{ inputs.lib.type = "github"; inputs.lib.owner = "acme"; inputs = { lib.repo = "lib"; }; }',
        '# { inputs.lib.url = "github:evil/lib"; }\n{ /* inputs.lib.url = 1; */ inputs.lib.url = "github:acme/lib"; }',
        'rec { inputs.lib.url = "github:acme/lib"; }',
        (
            '{ outputs = { self, lib }: let a = 1; b = { c = 2; }; in with lib; assert a; { inputs.lib.url = "x:y"; };'
            ' inputs.lib.url = "github:acme/lib"; }'
        ),
        '{ description = "${"inputs.lib.url = \\"${"}"}"} { ; }"; inputs.lib.url = "github:acme/lib"; }',
        (
            "{ description = ''a '' + ''b ''${ ''' ''\\n $${ ${toString { a = 1; }} ; inputs''; "
            'inputs.lib.url = "github:acme/lib"; }'
        ),
        '{ x = ./a/b; y = <nixpkgs/lib>; z = ~/c; n = 1.5; inputs.lib.url = "github:acme\\/lib"; }',
    ],
)
def test_an_address_is_found_however_it_is_written(text: str) -> None:
    assert asked(text, "lib") == LIB


def test_what_is_said_of_an_input_and_of_its_inputs() -> None:
    found = read(
        """{
          inputs.art = { url = "github:acme/art"; flake = false; };
          inputs.named = { };
          inputs.same.follows = "lib/core";
          inputs.self_.follows = "";
          inputs.lib.inputs.core.url = "github:acme/core/v1";
          inputs.lib.inputs.other.inputs.deep.follows = "art";
        }"""
    )
    assert found.declared(("art",)) == Declared(
        asked={"type": "github", "owner": "acme", "repo": "art"}, follows=None, is_flake=False, inputs={}
    )
    assert asked_of(found, "named") == {"type": "indirect", "id": "named"}
    assert [follows_of(found, *path) for path in (("same",), ("self_",), ("lib", "other", "deep"))] == [
        ("lib", "core"),
        (),
        ("art",),
    ]
    assert asked_of(found, "lib", "core") == {"type": "github", "owner": "acme", "repo": "core", "ref": "v1"}
    assert found.declared(("lib", "core", "more")) is None
    assert found.declared(("core",)) is None


def asked_of(found: FlakeFile, *path: str) -> Attributes | None:
    declared = found.declared(path)
    assert declared is not None
    return declared.asked


def follows_of(found: FlakeFile, *path: str) -> tuple[str, ...] | None:
    declared = found.declared(path)
    assert declared is not None
    return declared.follows


@pytest.mark.parametrize(
    "outputs",
    [
        "{ self, lib, core ? null, ... }: lib",
        "inputs@{ self, lib, core, ... }: { x = { y, z }: y; }",
        "{ self, lib, core }@inputs: 1",
    ],
)
def test_arguments_of_the_outputs_are_inputs(outputs: str) -> None:
    found = read(f"{{ outputs = {outputs}; }}")
    assert found.arguments == {"self", "lib", "core"}
    assert found.declares("lib")
    assert not found.declares("y")


@pytest.mark.parametrize("outputs", ["inputs: inputs.lib", "_: { }", "import ./outputs.nix"])
def test_outputs_may_take_whatever_comes(outputs: str) -> None:
    assert read(f"{{ outputs = {outputs}; }}").arguments == frozenset()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it ends too early"),
        ("{ x = é; }", "no word of Nix's language"),
        ("inputs: { }", "'inputs' stands where '{' was expected"),
        ('{ inputs.lib.url = "a" + "b"; }', "'+' stands where ';' was expected"),
        ('{ inputs.lib.url = "${x}"; }', "not said by a literal"),
        ("{ inputs.lib.url = ''github:acme/lib''; }", "not said by a literal"),
        ("{ inputs = import ./inputs.nix; }", "not said by a literal"),
        ('{ inputs.${"lib"}.url = "x:y"; }', "expected a plain name"),
        ("{ inputs = { inherit (x) lib; }; }", "stands where '=' was expected"),
        ('{ inputs.lib = "github:acme/lib"; }', "input 'lib' is no attribute set"),
        ('{ inputs = "x:y"; }', "its inputs are no attribute set"),
        ('{ inputs.lib.url = "x:y"; inputs.lib.url = "x:z"; }', "'url' is said twice"),
        ('{ inputs.lib = "x:y"; inputs.lib.url = "x:z"; }', "'lib' is said twice"),
        ('{ inputs.lib.flake = "no"; }', "a value of the wrong type"),
        ("{ inputs.lib.follows = true; }", "a value of the wrong type"),
        ("{ inputs" + ".a" * 40 + " = { }; }", "nested more than 32 deep"),
        ('{ description = "', "a string has no end"),
        ('{ description = "${ "', "a string has no end"),
        ('{ description = "${ x', "a string has no end"),
        ("{ /* ", "a comment has no end"),
        ("{ }" + " " * LONGEST, f"expected {LONGEST} at most"),
        ("{ outputs = { self }: (;", "it ends too early"),
    ],
)
def test_says_why_a_text_cannot_be_read(text: str, reason: str) -> None:
    found = flake_from(text.encode())
    assert isinstance(found, Unknown)
    assert reason in found.reason


def test_a_text_in_another_encoding_cannot_be_read() -> None:
    assert flake_from(b"{ \xff }") == Unknown(reason="a flake.nix cannot be read: it is not UTF-8")


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ('{ type = "github"; owner = "o"; repo = "r"; }', {"type": "github", "owner": "o", "repo": "r"}),
        ('{ type = "git"; url = "https://h/x"; }', None),
        ('{ type = "git"; shallow = true; }', {"type": "git", "shallow": True}),
        ('{ type = "git"; depth = 1; }', {"type": "git", "depth": 1}),
        ('{ type = "git"; x = { }; }', None),
        ('{ owner = "o"; }', None),
        ('{ url = "gopher:x"; }', None),
    ],
)
def test_attributes_are_taken_as_they_are(literal: str, expected: Attributes | None) -> None:
    assert asked(f"{{ inputs.x = {literal}; }}", "x") == expected


@pytest.mark.parametrize(
    "unit",
    ["/* ", "a.", "....", "<<", '"${', "''", "a:", "{", "x/", "let ", '$"', "'", "~/", "1", "[ ( { "],
)
def test_a_text_made_to_be_slow_is_read_at_once(unit: str) -> None:
    text = ("{ description = " + unit * LONGEST)[: LONGEST - 10].encode()
    started = time.process_time()
    flake_from(text)
    assert time.process_time() - started < 10
