"""propose: one branch, one commit, one pull request, whatever stands there already."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from flakebot.commands.branch import Workshop
from flakebot.commands.plan import Powers
from flakebot.commands.propose import propose
from flakebot.commands.report import Report
from flakebot.errors import ExitCode, FlakebotError, HeadMovedError, MisuseError, RefusedError, UnavailableError
from flakebot.model import Branch, Candidate, CheckOutcome, Login, Person, Sha, SignatureState, Update
from flakebot.settings.commands import ProposeSettings
from tests.commands.fakes import LATER, FakeClock, FakeGitHub, FakeRepository, FakeSigner
from tests.policy import evidence as good

BRANCH = Branch("flakebot/update")
UPDATE = good.candidate(good.OLD, good.NEW)
BROKEN = replace(UPDATE, check=replace(UPDATE.check, outcome=CheckOutcome.FAILED, log="error: boom"))
UNCHECKED = replace(UPDATE, check=replace(UPDATE.check, outcome=CheckOutcome.SKIPPED))
MOOT = Update(base=good.BASE, paths=("flake.lock",), candidates=())


def whole(candidate: Candidate) -> Update:
    """Return an update that is this candidate and nothing else."""
    return Update(base=candidate.base, paths=tuple(lock.path for lock in candidate.locks), candidates=(candidate,))


def settings(**changed: object) -> ProposeSettings:
    given: dict[str, object] = {"repository": "me/flake", "author": "bot", "approver": "checker"}
    return ProposeSettings.model_validate(given | changed)


UP_TO_DATE = "`main` is up to date without this, so there is nothing left to merge."


class World:
    """GitHub without a pull request, and a remote without the bot's branch."""

    def __init__(self) -> None:
        self.github = FakeGitHub(who=good.BOT, pull=replace(good.PULL_REQUEST, is_open=False))
        self.repository = FakeRepository(deeds=self.github.deeds, heads=self.github.heads)
        self.repository.commits[good.HEAD] = good.COMMIT
        self.signer = FakeSigner()
        self.base_tip = good.BASE
        self.has_job = True
        self.report: Report

    def propose(self, candidate: Candidate | Update = UPDATE, **changed: object) -> tuple[str, ExitCode]:
        """Propose, and return how it ended; what was done is in ``deeds``."""
        workshop = Workshop(
            repository=self.repository,
            signer=self.signer,
            reader=self.github,
            clock=FakeClock(),
            base_tip=self.base_tip,
        )
        job = self.github if self.has_job else None
        update = whole(candidate) if isinstance(candidate, Candidate) else candidate
        self.report = propose(settings(**changed), update, Powers(author=self.github, job=job, workshop=workshop))
        for number, pull in self.github.others.items():
            self.github.others[number] = replace(pull, head_sha=self.github.heads.get(pull.head_branch, pull.head_sha))
        return self.report.outcome, self.report.exit_code

    @property
    def deeds(self) -> list[str]:
        """What was done, on GitHub and in git, in its order."""
        return self.github.deeds

    def forget(self) -> None:
        """Let what was done so far be history."""
        self.deeds.clear()


def test_pushes_opens_posts_the_status_and_labels() -> None:
    world = World()
    assert world.propose() == ("proposed", ExitCode.DONE)
    assert world.deeds == [
        "pushed flakebot/update",
        "opened flakebot/update",
        "status flakebot/flake-check True on 00",
        "labels +dependencies -",
    ]


def test_the_same_update_again_pushes_and_edits_nothing() -> None:
    world = World()
    world.propose()
    world.forget()
    assert world.propose() == ("unchanged", ExitCode.DONE)
    assert world.deeds == ["fetched", "status flakebot/flake-check True on 00"]


def test_a_new_base_is_proposed_anew_on_the_same_branch() -> None:
    world = World()
    world.propose()
    world.forget()
    world.base_tip = LATER
    world.repository.bases.add(LATER)
    assert world.propose(replace(UPDATE, base=LATER)) == ("refreshed", ExitCode.DONE)
    assert world.deeds == [
        "fetched",
        "pushed flakebot/update",
        "edited",
        "status flakebot/flake-check True on 00",
    ]


def test_a_run_that_was_killed_after_the_push_goes_on_with_that_commit() -> None:
    world = World()
    world.propose()
    world.github.others.clear()
    head = world.repository.heads[BRANCH]
    world.forget()
    assert world.propose() == ("proposed", ExitCode.DONE)
    assert world.repository.heads[BRANCH] == head
    assert "pushed flakebot/update" not in world.deeds


def test_a_broken_update_is_proposed_with_its_label_and_a_failing_status() -> None:
    world = World()
    assert world.propose(BROKEN) == ("broken", ExitCode.REFUSED)
    assert world.deeds[-2:] == [
        "status flakebot/flake-check False on 00",
        "labels +dependencies,flakebot: broken -",
    ]


def test_an_update_that_passes_again_loses_the_label() -> None:
    world = World()
    world.propose(BROKEN)
    world.forget()
    assert world.propose() == ("refreshed", ExitCode.DONE)
    assert "labels + -flakebot: broken" in world.deeds


def test_an_update_that_was_not_checked_gets_no_status() -> None:
    world = World()
    world.has_job = False
    world.propose(UNCHECKED)
    assert not any(deed.startswith("status") for deed in world.deeds)


RUN = "https://github.com/me/flake/actions/runs/7"


@pytest.mark.parametrize(
    ("candidate", "is_success", "description"),
    [
        (UPDATE, True, "the check passed on exactly this tree"),
        (BROKEN, False, "the check failed on exactly this tree"),
        (
            replace(BROKEN, check=replace(BROKEN.check, outcome=CheckOutcome.TIMED_OUT)),
            False,
            "the check timed out on exactly this tree",
        ),
        (
            replace(UPDATE, check=replace(UPDATE.check, is_exact=False)),
            False,
            "the check passed where more than this had moved",
        ),
    ],
)
def test_the_status_says_what_was_checked_and_leads_to_the_run(
    candidate: Candidate, *, is_success: bool, description: str
) -> None:
    world = World()
    world.propose(candidate, run_url=RUN)
    assert world.github.statuses == [(description, RUN)]
    assert f"status flakebot/flake-check {is_success} on 00" in world.deeds


@pytest.mark.parametrize(
    ("candidate", "title", "said"),
    [
        (UPDATE, "flake.lock: update ", "is open with this update."),
        (BROKEN, "flake.lock: update ", "is open, but the update fails its check."),
    ],
)
def test_the_summary_names_the_update_and_what_became_of_it(candidate: Candidate, title: str, said: str) -> None:
    world = World()
    world.propose(candidate)
    assert world.report.summary.startswith(f"### {title}")
    assert world.report.summary.endswith(f"\n{world.github.pull_request(8).url} {said}\n")


def test_the_summary_of_a_refused_candidate_says_why() -> None:
    world = World()
    spoiled = replace(UPDATE.locks[0], new=good.NEW.replace(b'"version": 7', b'"version": 7 '))
    world.propose(replace(UPDATE, locks=(spoiled,)))
    assert world.report.summary.startswith("### The candidate was refused\n\n- **refuse** ")
    assert "The candidate was not proposed" in world.report.summary


def test_what_became_moot_is_closed_once() -> None:
    world = World()
    world.propose()
    world.forget()
    assert world.propose(MOOT) == ("closed", ExitCode.DONE)
    assert world.deeds == ["fetched", f"closed: {UP_TO_DATE}", "deleted flakebot/update at 00"]
    world.forget()
    assert world.propose(MOOT) == ("unchanged", ExitCode.DONE)
    assert world.deeds == []


@pytest.mark.parametrize("candidate", [UPDATE, MOOT])
def test_a_dry_run_writes_nothing(candidate: Candidate | Update) -> None:
    world = World()
    world.github.pull = replace(good.PULL_REQUEST, is_open=True)
    assert world.propose(candidate, dry_run=True) == ("dry-run", ExitCode.DONE)
    assert set(world.deeds) <= {"fetched"}


def test_a_lock_that_no_update_makes_is_not_proposed() -> None:
    world = World()
    spoiled = replace(
        UPDATE, locks=(replace(UPDATE.locks[0], new=good.NEW.replace(b'"version": 7', b'"version": 7 ')),)
    )
    assert world.propose(spoiled) == ("refused", ExitCode.REFUSED)
    assert world.deeds == []


def test_never_overwrites_a_commit_that_its_key_did_not_sign() -> None:
    world = World()
    world.repository.heads[BRANCH] = good.HEAD
    world.signer.found = replace(good.SIGNED, state=SignatureState.UNKNOWN_KEY)
    assert world.propose() == ("refused", ExitCode.REFUSED)
    assert "which the bot's key did not sign" in world.report.headline
    assert world.repository.heads[BRANCH] == good.HEAD


def test_a_branch_that_moved_since_github_was_asked_is_left_alone() -> None:
    world = World()
    world.propose()
    world.repository.heads[BRANCH] = good.HEAD
    world.signer.signs = {good.COMMIT.payload: replace(good.SIGNED, state=SignatureState.UNKNOWN_KEY)}
    world.repository.tree = Sha("9" * 40)
    assert world.propose(replace(UPDATE, tree=Sha("9" * 40))) == ("refused", ExitCode.REFUSED)
    assert world.repository.heads[BRANCH] == good.HEAD


@pytest.mark.parametrize(
    ("candidate", "sentence"),
    [
        (replace(UPDATE, tree=Sha("9" * 40)), "the check ran on tree 9999999"),
        (
            replace(UPDATE, locks=(replace(UPDATE.locks[0], old=good.OLD + b"\n"),)),
            "the candidate's old lock is not flake.lock",
        ),
        (replace(UPDATE, base=LATER), "which is not on main"),
    ],
)
def test_refuses_a_candidate_that_is_not_what_was_checked(candidate: Candidate, sentence: str) -> None:
    world = World()
    with pytest.raises(RefusedError, match=sentence):
        world.propose(candidate)
    assert world.deeds == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"commit_email": "other@example.org"}, "has no identity with the e-mail other@example.org"),
        ({"author": "other"}, "the author's token belongs to bot, expected other"),
        ({"author": None, "approver": "BOT"}, "bot would both propose and approve"),
    ],
)
def test_misuse_is_found_before_anything_is_written(changed: dict[str, object], sentence: str) -> None:
    world = World()
    with pytest.raises(MisuseError, match=sentence):
        world.propose(UPDATE, **changed)
    assert world.deeds == []


def test_a_key_without_an_identity_cannot_sign_for_github() -> None:
    world = World()
    world.signer.signature = replace(good.SIGNED, identities=())
    with pytest.raises(MisuseError, match="no valid identity"):
        world.propose()


def test_commits_under_another_name_with_the_keys_e_mail() -> None:
    world = World()
    world.propose(commit_name="Lock Keeper")
    made = world.repository.commits[world.repository.heads[BRANCH]]
    assert made.committer == Person(name="Lock Keeper", email=good.PERSON.email)


def test_a_missing_job_token_is_found_before_anything_is_written() -> None:
    world = World()
    world.has_job = False
    with pytest.raises(FlakebotError, match="no job token is given"):
        world.propose()
    assert world.deeds == []


FORBIDDEN = MisuseError("could not: GitHub says no", advice="Grant the token more.")


def _refuse(_github: FakeGitHub) -> None:
    raise FORBIDDEN


def test_a_token_that_may_open_no_pull_request_leaves_no_branch() -> None:
    world = World()
    world.github.on_open = _refuse
    with pytest.raises(MisuseError, match=r"^could not: GitHub says no$"):
        world.propose()
    assert world.deeds[-1] == "deleted flakebot/update at 00"
    assert BRANCH not in world.repository.heads
    world.github.on_open = lambda _: None
    assert world.propose() == ("proposed", ExitCode.DONE)


def test_a_branch_that_stood_there_before_is_not_deleted_for_want_of_a_permission() -> None:
    world = World()
    world.propose()
    world.github.others.clear()
    head = world.repository.heads[BRANCH]
    world.github.on_open = _refuse
    with pytest.raises(MisuseError, match="GitHub says no"):
        world.propose()
    assert world.repository.heads[BRANCH] == head


def test_a_branch_that_cannot_be_taken_back_is_named() -> None:
    world = World()

    def move(github: FakeGitHub) -> None:
        def decline(_repository: FakeRepository) -> None:
            raise HeadMovedError("it is not where it was")

        world.repository.on_push = decline
        _refuse(github)

    world.github.on_open = move
    with pytest.raises(
        MisuseError, match=r"flakebot/update was pushed at .* and stays: it is not where it was"
    ) as caught:
        world.propose()
    assert caught.value.advice == FORBIDDEN.advice


def test_an_outage_while_opening_leaves_the_branch_to_the_next_run() -> None:
    world = World()

    def fail(_github: FakeGitHub) -> None:
        raise UnavailableError("GitHub answers 502")

    world.github.on_open = fail
    with pytest.raises(UnavailableError):
        world.propose()
    assert BRANCH in world.repository.heads


def test_a_job_token_that_may_post_no_status_is_told_what_is_open_and_the_next_run_goes_on() -> None:
    world = World()
    world.github.on_status = _refuse
    with pytest.raises(MisuseError, match=r"GitHub says no; https://.*/pull/7 is open and stays") as caught:
        world.propose()
    assert caught.value.advice == "Grant the token more. Then run this again: it goes on from there."
    world.forget()
    world.github.on_status = lambda _: None
    assert world.propose() == ("unchanged", ExitCode.DONE)
    assert world.deeds == ["fetched", "status flakebot/flake-check True on 00", "labels +dependencies -"]


def test_the_author_may_be_written_in_other_letters() -> None:
    world = World()
    world.github.who = Login("BOT")
    assert world.propose() == ("proposed", ExitCode.DONE)


def test_a_candidate_of_a_commit_that_is_not_on_the_base_branch_closes_nothing() -> None:
    world = World()
    world.propose()
    world.forget()
    with pytest.raises(RefusedError, match="which is not on main"):
        world.propose(replace(MOOT, base=LATER))
    assert world.deeds == []


def test_a_candidate_that_is_not_what_the_base_branch_holds_now_closes_nothing() -> None:
    world = World()
    world.propose()
    world.forget()
    world.base_tip = LATER
    assert world.propose(MOOT) == ("unchanged", ExitCode.DONE)
    assert world.deeds == []


def test_a_candidate_of_another_file_is_refused() -> None:
    world = World()
    with pytest.raises(RefusedError, match=r"the candidate is of deploy/keys.json, expected flake.lock"):
        world.propose(replace(UPDATE, locks=(replace(UPDATE.locks[0], path="deploy/keys.json"),)))
    assert world.deeds == []
