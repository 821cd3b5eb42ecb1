"""What the author's token does on GitHub: propose, refresh, close. Merging has a file of its own."""

from __future__ import annotations

import pytest
from msgspec.structs import asdict

from flakebot.adapters.github.errors import DeclinedError
from flakebot.errors import MisuseError, RefusedError, UnavailableError
from flakebot.model import Branch
from flakebot.rehearsal.github import ErrorReply
from tests.adapters.github.stage import Stage
from tests.adapters.github.world import MAIN, UPDATE, World


def test_the_token_says_whose_it_is_and_is_asked_once(stage: Stage) -> None:
    author = stage.author()
    assert author.login() == "update-bot"
    assert author.login() == "update-bot"


def test_no_pull_request_is_found_before_one_is_opened(stage: Stage) -> None:
    stage.prepare(lambda world: world.propose())
    assert stage.author().open_pull_requests(MAIN) == ()


def test_an_open_pull_request_is_found_as_it_was_opened(stage: Stage) -> None:
    opened = stage.open()
    assert (opened.number, opened.author, opened.title, opened.body) == (1, "update-bot", "Update", "New pins")
    assert (opened.head_branch, opened.base_branch, opened.head_repository) == (UPDATE, MAIN, "homelab/config")
    assert (opened.is_open, opened.is_merged, opened.labels) == (True, False, ())
    (listed,) = stage.author().open_pull_requests(MAIN)
    assert asdict(listed) == {name: value for name, value in asdict(opened).items() if name in asdict(listed)}
    assert stage.author().closed_pull_requests(UPDATE, MAIN) == ()


def test_a_closed_pull_request_is_found_among_the_closed_ones_of_its_branch(stage: Stage) -> None:
    number = stage.open().number
    stage.author().close(number, sentence="Not now.", body="Not now, either")
    (closed,) = stage.author().closed_pull_requests(UPDATE, MAIN)
    assert (closed.number, closed.is_open, closed.is_merged, closed.body) == (1, False, False, "Not now, either")
    assert stage.author().closed_pull_requests(Branch(f"{UPDATE}-web"), MAIN) == ()
    assert stage.author().open_pull_requests(MAIN) == ()


def test_a_pull_request_to_another_base_is_not_the_one(stage: Stage) -> None:
    stage.prepare(lambda world: world.repository.commit({"a": "b"}, branch="release"))
    stage.open()
    assert stage.author().open_pull_requests(Branch("release")) == ()


def test_a_forks_branch_of_the_same_name_is_not_the_bots(stage: Stage) -> None:
    def fork(world: World) -> None:
        world.propose()
        world.fork("forker")
        world.repository.delete_branch(UPDATE)

    stage.prepare(fork)
    head = Branch(f"forker:{UPDATE}")
    stage.author(holder="forker").open_pull_request(head=head, base=MAIN, title="Mine", body="")
    assert stage.author().open_pull_requests(MAIN) == ()


def test_a_branch_of_the_owners_other_repository_is_not_the_bots(stage: Stage) -> None:
    """GitHub's list is asked by owner and branch, which a fork within one organisation shares."""
    stage.open()
    stage.prepare(lambda world: world.move_head_to_sibling(1))
    assert stage.author().open_pull_requests(MAIN) == ()


def test_one_that_exists_and_is_not_to_be_found_is_asked_for_later(stage: Stage) -> None:
    exists = ErrorReply(status=422, message="A pull request already exists for homelab:flakebot/update.")
    stage.prepare(lambda world: world.github.faults.add("POST", "/repos/homelab/config/pulls", exists))
    with pytest.raises(UnavailableError, match=r"already exists .* but there is none to be found"):
        stage.author().open_pull_request(head=UPDATE, base=MAIN, title="t", body="b")


def test_opening_a_second_one_gives_the_first(stage: Stage) -> None:
    opened = stage.open()
    again = stage.author().open_pull_request(head=UPDATE, base=MAIN, title="Again", body="")
    assert (again.number, again.title, again.head_sha) == (opened.number, "Update", opened.head_sha)


def test_a_branch_without_a_difference_is_refused_in_githubs_words(stage: Stage) -> None:
    stage.prepare(lambda world: world.repository.set_branch(UPDATE, world.repository.head()))
    with pytest.raises(RefusedError, match=f"No commits between main and {UPDATE}"):
        stage.author().open_pull_request(head=UPDATE, base=MAIN, title="t", body="b")


def test_a_branch_that_does_not_exist_is_refused_by_its_field(stage: Stage) -> None:
    with pytest.raises(DeclinedError, match=r"PullRequest\.head is invalid"):
        stage.author().open_pull_request(head=Branch("nowhere"), base=MAIN, title="t", body="b")


def test_title_and_body_are_replaced(stage: Stage) -> None:
    opened = stage.open()
    stage.author().edit(opened.number, title="Newer", body="Newer pins")
    edited = stage.reader().pull_request(opened.number)
    assert (edited.title, edited.body) == ("Newer", "Newer pins")


def test_labels_come_and_go_and_others_stay(stage: Stage) -> None:
    number = stage.open().number
    stage.author().set_labels(number, add=("dependencies", "a person's"), remove=())
    stage.author().set_labels(number, add=("flakebot: broken",), remove=("dependencies", "never there"))
    assert set(stage.reader().pull_request(number).labels) == {"a person's", "flakebot: broken"}


def test_a_label_that_is_hidden_is_not_taken_for_removed(stage: Stage) -> None:
    hidden = ErrorReply(status=404, message="Not Found")
    stage.prepare(lambda world: world.github.faults.add("DELETE", r"/repos/homelab/config/issues/1/labels/x", hidden))
    with pytest.raises(MisuseError, match="could not label #1: GitHub says “Not Found”"):
        stage.author().set_labels(1, add=(), remove=("x",))


def test_closing_says_why_once(stage: Stage) -> None:
    number = stage.open().number

    def killed_after_its_comment(world: World) -> None:
        assert [comment.body for comment in world.repository.pull(number).comments] == ["`main` is up to date."]
        world.repository.pull(number).closed_at = None

    for _ in range(2):
        stage.author().close(number, sentence="`main` is up to date.", body="New pins")
        assert not stage.reader().pull_request(number).is_open
        stage.prepare(killed_after_its_comment)


def test_the_job_may_open_none_and_the_advice_is_a_bots_token(stage: Stage) -> None:
    stage.prepare(lambda world: world.propose())
    with pytest.raises(MisuseError, match="GitHub Actions is not permitted to create or approve") as caught:
        stage.author(holder="job").open_pull_request(head=UPDATE, base=MAIN, title="t", body="b")
    assert "author-token" in caught.value.advice


def test_a_token_without_the_permission_is_told_which_one(stage: Stage) -> None:
    stage.prepare(lambda world: world.propose())
    with pytest.raises(MisuseError, match="Resource not accessible by personal access token") as caught:
        stage.author(holder="powerless").open_pull_request(head=UPDATE, base=MAIN, title="t", body="b")
    assert caught.value.advice == "Grant the author's token “Pull requests: write” on homelab/config."


def test_the_jobs_token_belongs_to_no_account(stage: Stage) -> None:
    with pytest.raises(MisuseError, match="Resource not accessible by integration") as caught:
        stage.author(holder="job").login()
    assert "personal access token of the bot's account" in caught.value.advice
