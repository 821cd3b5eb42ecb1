"""Foreign text pings nobody, links nothing, holds no tag and closes no fence in any text that flakebot writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from flakebot.model import Attempt, Candidate, CheckOutcome, Sha, Stayed, Update
from flakebot.policy.verdict import Finding, Severity
from flakebot.text.commit_message import commit_message
from flakebot.text.pull_request import pull_request_body
from flakebot.text.update import update_summary
from flakebot.text.verdict import absence, approval_text, explanation, findings_summary
from tests.text.candidates import candidate, lock

HOSTILE = "@octocat #12 <img> ]( ``` |"
ACTING = ("@octocat", "#12", "<img", "](", "```")
SHA = Sha("c" * 40)

_FENCED = re.compile(r"^(`{3,})\w+\n(?:(?!\1).*\n)*?\1$", re.MULTILINE)
_SPAN = re.compile(r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")
_OWN = re.compile(r"</?(details|summary)( open)?>|<!-- flakebot:\S+( [0-9a-f]{64})? -->|\[compare\]\([^)\s]+\)")

GOOD = candidate(lock({"n": "1"}), lock({"n": "2"}, days=1), update_log="what Nix said")
BROKEN = replace(GOOD, check=replace(GOOD.check, outcome=CheckOutcome.FAILED, log="its log"))
ATTEMPT = Attempt(
    directory=".", inputs=("n",), is_built=True, outcome=CheckOutcome.PASSED, duration=timedelta(seconds=1)
)
FINDING = Finding(rule="r", severity=Severity.REFUSE, input="n", message="said", advice="do")


def _with_log(text: str) -> Candidate:
    return replace(BROKEN, check=replace(BROKEN.check, log=f"{text}\n{text}"))


def _named(name: str) -> Candidate:
    return candidate(lock({name: "1"}), lock({name: "2"}, days=1))


CANDIDATES: dict[str, Callable[[str], Candidate]] = {
    "the log of the check": _with_log,
    "why it is held": lambda text: replace(BROKEN, held=text),
    "what stayed": lambda text: replace(GOOD, stayed=(Stayed(input=text, why="it breaks"),)),
    "why it stayed": lambda text: replace(GOOD, stayed=(Stayed(input="n", why=text),)),
    "an input's name": _named,
}
"""What both the pull request and the summary of `update` show."""

SHOWN_IN_BODY: dict[str, Callable[[str], Candidate]] = {
    **CANDIDATES,
    "the log of the update": lambda text: replace(GOOD, update_log=f"{text}\n{text}"),
    "the attribute that failed": lambda text: replace(BROKEN, check=replace(BROKEN.check, failing=text)),
    "the command": lambda text: replace(GOOD, check=replace(GOOD.check, command=("sh", "-c", text))),
    "the version of Nix": lambda text: replace(GOOD, nix_version=text),
}


def _body(found: Candidate, attempts: tuple[Attempt, ...] = ()) -> str:
    return pull_request_body(found, server="https://github.com", run="", branch_of=str, attempts=attempts)


def _summary(*found: Candidate, attempts: tuple[Attempt, ...] = (), failures: tuple[str, ...] = ()) -> str:
    update = Update(base=GOOD.base, paths=("flake.lock",), candidates=found, attempts=attempts)
    return update_summary(update, failures=failures)


def _tried(text: str) -> tuple[Attempt, ...]:
    return (ATTEMPT, replace(ATTEMPT, inputs=(text,)))


def _filled(make: Callable[[str], Candidate], show: Callable[[Candidate], str]) -> Callable[[str], str]:
    return lambda text: show(make(text))


TEXTS: dict[str, Callable[[str], str]] = {
    **{f"body: {name}": _filled(make, _body) for name, make in SHOWN_IN_BODY.items()},
    "body: what was tried": lambda text: _body(replace(GOOD, held="no"), _tried(text)),
    **{f"update: {name}": _filled(make, _summary) for name, make in CANDIDATES.items()},
    "update: a failure": lambda text: _summary(GOOD, failures=(text,)),
    "update: what was tried": lambda text: _summary(GOOD, attempts=_tried(text)),
    "update: the name of a part": lambda text: _summary(replace(GOOD, name=text)),
    "update: a lock's path": lambda text: _summary(replace(GOOD, locks=(replace(GOOD.locks[0], path=text),))),
    "refusal: message": lambda text: explanation("refused", SHA, (replace(FINDING, message=text),)),
    "refusal: advice": lambda text: explanation("held", SHA, (replace(FINDING, advice=text),)),
    "refusal: input": lambda text: explanation("refused", SHA, (replace(FINDING, input=text),)),
    "approval: message": lambda text: approval_text(SHA, (replace(FINDING, message=text),)),
    "summary: headline": lambda text: findings_summary(text, ()),
    "summary: message": lambda text: findings_summary("done", (replace(FINDING, message=text),)),
    "summary: advice": lambda text: findings_summary("done", (replace(FINDING, advice=text),)),
    "absence: a check's name": lambda text: absence(SHA, (text,)),
}


@pytest.mark.parametrize("name", TEXTS)
def test_foreign_text_is_shown_and_does_nothing(name: str) -> None:
    text = TEXTS[name](HOSTILE)
    assert "octocat" in text
    acting = outside_code(text)
    assert [words for words in ACTING if words in acting] == []


def test_an_input_can_do_nothing_in_a_commit_message() -> None:
    text = commit_message(_named(HOSTILE))
    assert [words for words in ACTING if words in text] == []


@pytest.mark.parametrize("words", ["@octocat", "`@octocat", "```text\n@octocat\n", "``@octocat`", "a ` b\n@octocat `"])
def test_what_only_looks_like_code_is_not_taken_for_it(words: str) -> None:
    assert "@octocat" in outside_code(words)


def outside_code(text: str) -> str:
    """Return what GitHub acts upon: all but fenced blocks, code spans and flakebot's own tags and links."""
    return _OWN.sub("", _SPAN.sub("", _FENCED.sub("", text)))
