"""The repository adapter on real repositories: what it reads, builds and moves, and what it must leave alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct

from flakebot.adapters.git import GitRepository, open_checkout, open_remote
from flakebot.errors import FlakebotError, HeadMovedError, MisuseError, RefusedError, UnavailableError
from flakebot.model import Branch, Person, Sha, Token, TreeChange
from tests.adapters.workshop import commit_files, git, new_bare, new_checkout, snapshot

BOT = Person(name="Bot", email="bot@example.org")
WHEN = datetime(2026, 7, 18, 12, tzinfo=UTC)
MAIN, UPDATE = Branch("main"), Branch("flakebot/update")
NOWHERE = Sha("1" * 40)
FILES: dict[str, str | bytes] = {
    "flake.nix": "{ }",
    "flake.lock": "old\n",
    "sub/dir/flake.lock": "old below\n",
    "text.txt": b"one\r\ntwo\n",
}


class Scene(Struct, frozen=True, kw_only=True):
    """A checkout, and the bare repository that its main branch was pushed to."""

    checkout: Path
    server: Path
    base: Sha

    def server_head(self, branch: Branch) -> str:
        return git(self.server, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    checkout, server = new_checkout(tmp_path / "check out"), new_bare(tmp_path / "server.git")
    base = commit_files(checkout, FILES)
    git(checkout, "push", "--quiet", str(server), "main")
    return Scene(checkout=checkout, server=server, base=Sha(base))


@pytest.fixture
def remote(scene: Scene) -> Iterator[GitRepository]:
    with open_remote(str(scene.server)) as repository:
        repository.fetch((scene.base,), depth=1)
        yield repository


def proposed(repository: GitRepository, base: Sha, lock: bytes = b"new\n") -> Sha:
    return repository.write_commit(
        tree=repository.tree_with(base, {"flake.lock": lock}),
        parent=base,
        author=BOT,
        when=WHEN,
        message="Update\n",
        sign=lambda _: "-----BEGIN PGP SIGNATURE-----\n\nxx\n-----END PGP SIGNATURE-----\n",
    )


# Opening


def test_opens_the_repository_around_a_folder(scene: Scene) -> None:
    assert open_checkout(scene.checkout / "sub" / "dir").resolve("HEAD") == scene.base


def test_opens_a_bare_a_detached_and_a_linked_one(scene: Scene, tmp_path: Path) -> None:
    git(scene.checkout, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    for folder in (scene.server, tmp_path / "linked"):
        repository = open_checkout(folder)
        assert repository.content(repository.resolve("HEAD"), "flake.lock") == b"old\n"


def test_reads_the_tip_of_a_shallow_one_and_says_what_its_history_lacks(scene: Scene, tmp_path: Path) -> None:
    tip = Sha(commit_files(scene.checkout, {"flake.lock": "later\n"}))
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{scene.checkout}", "shallow")
    repository = open_checkout(tmp_path / "shallow")
    assert repository.content(tip, "flake.lock") == b"later\n"
    with pytest.raises(MisuseError, match="no commit") as caught:
        repository.commit(scene.base)
    assert "fetch-depth" in caught.value.advice


def test_reads_a_checkout_that_belongs_to_somebody_else(scene: Scene, tmp_path: Path) -> None:
    other = tmp_path / "theirs"
    scene.checkout.rename(other)
    _give_away(other)
    assert open_checkout(other).resolve("main") == scene.base


def test_says_that_a_folder_is_in_no_repository(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="is in no git repository") as caught:
        open_checkout(tmp_path)
    assert "check" in caught.value.advice


def test_says_that_git_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MisuseError, match="the program git is not on PATH") as caught:
        open_checkout(tmp_path)
    assert caught.value.advice == "Install it from the package git."


def test_says_that_a_repository_has_other_object_names(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "other")
    with pytest.raises(MisuseError, match="sha256, expected sha1"):
        open_checkout(tmp_path / "other")


def test_an_inherited_git_variable_leads_nowhere(scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = new_checkout(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other / ".git" / "objects"))
    assert open_checkout(scene.checkout).content(scene.base, "flake.lock") == b"old\n"


# Reading


@pytest.mark.parametrize("revision", ["nothing", "--help", "HEAD~5", "HEAD:flake.lock", "1" * 40, ""])
def test_a_revision_that_names_no_commit_is_misuse(scene: Scene, revision: str) -> None:
    with pytest.raises(MisuseError, match="names no commit here"):
        open_checkout(scene.checkout).resolve(revision)


def test_reads_an_entry_of_each_kind_and_none(scene: Scene) -> None:
    (scene.checkout / "link").symlink_to("flake.nix")
    git(scene.checkout, "add", "link")
    commit = Sha(commit_files(scene.checkout, {"x": "x"}))
    repository = open_checkout(scene.checkout)
    found = {path: repository.entry(commit, path) for path in ("flake.lock", "sub", "link", "sub/dir/flake.lock", "no")}
    assert {path: entry and (entry.path, entry.mode, entry.kind) for path, entry in found.items()} == {
        "flake.lock": ("flake.lock", "100644", "blob"),
        "sub": ("sub", "040000", "tree"),
        "link": ("link", "120000", "blob"),
        "sub/dir/flake.lock": ("sub/dir/flake.lock", "100644", "blob"),
        "no": None,
    }


def test_a_path_is_no_pattern(scene: Scene) -> None:
    commit = Sha(commit_files(scene.checkout, {"[f]lake.lock": "odd\n"}))
    repository = open_checkout(scene.checkout)
    assert repository.entry(commit, "*.lock") is None
    assert repository.content(commit, "[f]lake.lock") == b"odd\n"


def test_content_is_bytes_or_nothing_but_never_a_folder(scene: Scene) -> None:
    repository = open_checkout(scene.checkout)
    assert repository.content(scene.base, "text.txt") == b"one\r\ntwo\n"
    assert repository.content(scene.base, "sub/none") is None
    with pytest.raises(RefusedError, match="is a tree, expected a file"):
        repository.content(scene.base, "sub")


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x", "sub/../x", "sub//x", "./x", "a\nb", "x/.git/config", "sub/"]
)
def test_a_path_that_leads_out_is_misuse(scene: Scene, path: str) -> None:
    repository = open_checkout(scene.checkout)
    for ask in (repository.entry, repository.content):
        with pytest.raises(MisuseError, match="no path inside a repository"):
            ask(scene.base, path)


def test_every_reading_of_a_commit_that_is_not_there_is_misuse(scene: Scene) -> None:
    repository = open_checkout(scene.checkout)
    reads: tuple[Callable[[], object], ...] = (
        lambda: repository.commit(NOWHERE),
        lambda: repository.entry(NOWHERE, "flake.lock"),
        lambda: repository.content(NOWHERE, "flake.lock"),
        lambda: repository.changes(scene.base, NOWHERE),
        lambda: repository.commits_between(NOWHERE, scene.base),
        lambda: repository.merge_base(NOWHERE, scene.base),
        lambda: repository.tree_with(NOWHERE, {"flake.lock": b""}),
    )
    for read in reads:
        with pytest.raises(MisuseError):
            read()


def test_a_blob_is_no_commit(scene: Scene) -> None:
    blob = Sha(git(scene.checkout, "rev-parse", f"{scene.base}:flake.nix"))
    with pytest.raises(MisuseError, match="is a blob, expected a commit"):
        open_checkout(scene.checkout).commit(blob)


def test_what_is_larger_than_any_lock_is_refused_and_not_held_in_memory(scene: Scene) -> None:
    commit = Sha(commit_files(scene.checkout, {"flake.lock": bytes(65 * 1024 * 1024)}))
    with pytest.raises(RefusedError, match="printed more than flakebot reads"):
        open_checkout(scene.checkout).content(commit, "flake.lock")


def test_a_checkout_has_no_remote(scene: Scene) -> None:
    with pytest.raises(MisuseError, match="speaks with no remote"):
        open_checkout(scene.checkout).remote_heads((MAIN,))


def test_a_replaced_object_is_read_as_it_was(scene: Scene) -> None:
    blob = git(scene.checkout, "hash-object", "-w", "--stdin", stdin=b"forged\n")
    git(scene.checkout, "replace", f"{scene.base}:flake.lock", blob)
    assert open_checkout(scene.checkout).content(scene.base, "flake.lock") == b"old\n"


def test_what_was_read_once_is_not_read_again(scene: Scene) -> None:
    repository = open_checkout(scene.checkout)
    first = (repository.commit(scene.base), repository.content(scene.base, "flake.lock"))
    (scene.checkout / ".git" / "objects").rename(scene.checkout / ".git" / "elsewhere")
    assert (repository.commit(scene.base), repository.content(scene.base, "flake.lock")) == first
    with pytest.raises(FlakebotError):
        repository.content(scene.base, "text.txt")


def test_what_was_missing_is_looked_for_again(scene: Scene) -> None:
    with open_remote(str(scene.server)) as repository:
        with pytest.raises(MisuseError, match="has no commit"):
            repository.commit(scene.base)
        repository.fetch((scene.base,), depth=1)
        assert repository.commit(scene.base).sha == scene.base


def test_a_damaged_object_is_not_believed(scene: Scene) -> None:
    sha = git(scene.checkout, "rev-parse", f"{scene.base}:flake.lock")
    other = git(scene.checkout, "rev-parse", f"{scene.base}:flake.nix")
    objects = scene.checkout / ".git" / "objects"
    damaged = objects / sha[:2] / sha[2:]
    damaged.chmod(0o644)
    damaged.write_bytes((objects / other[:2] / other[2:]).read_bytes())
    with pytest.raises(UnavailableError, match=r"damaged|failed"):
        open_checkout(scene.checkout).content(scene.base, "flake.lock")


def test_changes_are_raw_and_know_no_renames(scene: Scene) -> None:
    git(scene.checkout, "mv", "text.txt", "sub/moved.txt")
    git(scene.checkout, "update-index", "--chmod=+x", "flake.nix")
    head = Sha(commit_files(scene.checkout, {"flake.lock": "new\n"}))
    changes = open_checkout(scene.checkout).changes(scene.base, head)
    assert {(change.path, change.status, change.old_mode, change.new_mode) for change in changes} == {
        ("flake.lock", "M", "100644", "100644"),
        ("flake.nix", "M", "100644", "100755"),
        ("sub/moved.txt", "A", "000000", "100644"),
        ("text.txt", "D", "100644", "000000"),
    }


def test_changes_name_paths_of_any_bytes(scene: Scene) -> None:
    odd = 'tab\t"quote" new\nline ümlaut'
    head = Sha(commit_files(scene.checkout, {odd: "x"}))
    assert [change.path for change in open_checkout(scene.checkout).changes(scene.base, head)] == [odd]


def test_changes_heed_no_attribute_and_no_configuration(scene: Scene, tmp_path: Path) -> None:
    head = Sha(commit_files(scene.checkout, {"flake.lock": "new\n", ".gitattributes": "*.lock diff=x -diff\n"}))
    git(scene.checkout, "config", "diff.external", f"touch {tmp_path}/ran")
    git(scene.checkout, "config", "diff.x.textconv", f"touch {tmp_path}/ran; true")
    git(scene.checkout, "config", "diff.renames", "copies")
    assert len(open_checkout(scene.checkout).changes(scene.base, head)) == 2
    assert not (tmp_path / "ran").exists()


def test_commits_between_come_oldest_first_with_both_sides_of_a_merge(scene: Scene) -> None:
    one = commit_files(scene.checkout, {"a": "1"}, "one")
    git(scene.checkout, "checkout", "--quiet", "-b", "side", scene.base)
    side = commit_files(scene.checkout, {"b": "1"}, "side")
    git(scene.checkout, "checkout", "--quiet", "main")
    git(scene.checkout, "merge", "--quiet", "--no-ff", "-m", "merge", "side")
    merge = git(scene.checkout, "rev-parse", "HEAD")
    commits = open_checkout(scene.checkout).commits_between(scene.base, Sha(merge))
    assert commits[-1].sha == merge
    assert {commit.sha for commit in commits} == {one, side, merge}
    assert commits[-1].parents == (one, side)
    assert open_checkout(scene.checkout).commits_between(Sha(merge), Sha(merge)) == ()


def test_one_merge_base_is_an_answer_and_none_is_not(scene: Scene) -> None:
    head = Sha(commit_files(scene.checkout, {"a": "1"}))
    repository = open_checkout(scene.checkout)
    assert repository.merge_base(head, scene.base) == scene.base
    git(scene.checkout, "checkout", "--quiet", "--orphan", "alone")
    alone = Sha(commit_files(scene.checkout, {"c": "1"}))
    with pytest.raises(MisuseError, match="0 best common ancestors, expected one"):
        repository.merge_base(head, alone)


# Building


def test_a_tree_differs_from_its_base_in_one_blob(remote: GitRepository, scene: Scene) -> None:
    for path in ("flake.lock", "sub/dir/flake.lock", "new/place/flake.lock"):
        sha = remote.write_commit(
            tree=remote.tree_with(scene.base, {path: b"new\r\n\xff"}),
            parent=scene.base,
            author=BOT,
            when=WHEN,
            message="x\n",
            sign=lambda _: "signature\n",
        )
        (change,) = remote.changes(scene.base, sha)
        assert (change.path, change.new_mode) == (path, "100644")
        assert remote.content(sha, path) == b"new\r\n\xff"


def test_the_same_content_is_the_same_tree(remote: GitRepository, scene: Scene) -> None:
    assert remote.tree_with(scene.base, {"flake.lock": b"old\n"}) == remote.commit(scene.base).tree


@pytest.mark.parametrize("kind", ["link", "program", "folder"])
def test_refuses_to_replace_what_is_no_plain_file(scene: Scene, kind: str) -> None:
    lock = scene.checkout / "flake.lock"
    lock.unlink()
    match kind:
        case "link":
            lock.symlink_to("flake.nix")
        case "program":
            lock.write_text("x")
            lock.chmod(0o755)
        case _:
            lock.mkdir()
            (lock / "inside").write_text("x")
    git(scene.checkout, "add", "--all", "flake.lock")
    commit = Sha(commit_files(scene.checkout, {"x": "x"}))
    with pytest.raises(RefusedError, match="expected 100644"):
        open_checkout(scene.checkout).tree_with(commit, {"flake.lock": b"new\n"})


def test_what_is_signed_is_the_payload_that_is_read_back(remote: GitRepository, scene: Scene) -> None:
    seen: list[bytes] = []

    def sign(payload: bytes) -> str:
        seen.append(payload)
        return "-----BEGIN PGP SIGNATURE-----\n\nxx\n-----END PGP SIGNATURE-----\n"

    tree = remote.tree_with(scene.base, {"flake.lock": b"new\n"})
    sha = remote.write_commit(tree=tree, parent=scene.base, author=BOT, when=WHEN, message="Update\n", sign=sign)
    commit = remote.commit(sha)
    assert [commit.payload] == seen
    assert (commit.tree, commit.parents, commit.author, commit.committer) == (tree, (scene.base,), BOT, BOT)


def test_a_commit_that_cannot_be_signed_is_not_written(remote: GitRepository, scene: Scene, tmp_path: Path) -> None:
    def sign(_: bytes) -> str:
        raise MisuseError("no key")

    with pytest.raises(MisuseError, match="no key"):
        remote.write_commit(
            tree=remote.tree_with(scene.base, {"flake.lock": b"new\n"}),
            parent=scene.base,
            author=BOT,
            when=WHEN,
            message="Update\n",
            sign=sign,
        )


# The remote


def test_pushes_a_new_branch_moves_it_and_deletes_it(remote: GitRepository, scene: Scene) -> None:
    one, two = proposed(remote, scene.base), proposed(remote, scene.base, b"newer\n")
    assert remote.remote_heads((MAIN, UPDATE)) == {MAIN: scene.base}
    remote.push(one, UPDATE, expected=None)
    remote.push(two, UPDATE, expected=one)
    assert remote.remote_heads((MAIN, UPDATE)) == {MAIN: scene.base, UPDATE: two}
    assert scene.server_head(UPDATE) == two
    remote.delete_branch(UPDATE, expected=two)
    assert scene.server_head(UPDATE) == ""
    remote.delete_branch(UPDATE, expected=two)


@pytest.mark.parametrize("expected", [None, NOWHERE, "base"], ids=["to be new", "unknown", "elsewhere"])
def test_a_branch_that_moved_is_neither_moved_nor_deleted(
    remote: GitRepository, scene: Scene, expected: str | None
) -> None:
    stands, wanted = proposed(remote, scene.base), proposed(remote, scene.base, b"newer\n")
    remote.push(stands, UPDATE, expected=None)
    lease = scene.base if expected == "base" else Sha(expected) if expected else None
    with pytest.raises(HeadMovedError, match="is not where it was"):
        remote.push(wanted, UPDATE, expected=lease)
    if lease is not None:
        with pytest.raises(HeadMovedError):
            remote.delete_branch(UPDATE, expected=lease)
    assert scene.server_head(UPDATE) == stands


def test_heads_are_those_of_the_branches_named_and_no_others(remote: GitRepository, scene: Scene) -> None:
    git(scene.server, "update-ref", "refs/heads/deep/refs/heads/main", scene.base)
    git(scene.server, "update-ref", "refs/tags/main", scene.base)
    assert remote.remote_heads((MAIN,)) == {MAIN: scene.base}


def test_a_push_takes_nothing_else_along(remote: GitRepository, scene: Scene) -> None:
    before = git(scene.server, "for-each-ref", "--format=%(refname)").splitlines()
    remote.push(proposed(remote, scene.base), UPDATE, expected=None)
    after = git(scene.server, "for-each-ref", "--format=%(refname)").splitlines()
    assert set(after) - set(before) == {f"refs/heads/{UPDATE}"}


def test_a_server_that_declines_is_quoted(remote: GitRepository, scene: Scene) -> None:
    hook = scene.server / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'error: GH013: Repository rule violations found' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(RefusedError, match="GH013: Repository rule violations found"):
        remote.push(proposed(remote, scene.base), UPDATE, expected=None)


def test_fetches_commits_by_name_with_their_history(scene: Scene) -> None:
    commits = [Sha(commit_files(scene.checkout, {"flake.lock": f"{number}\n"})) for number in range(3)]
    git(scene.checkout, "push", "--quiet", str(scene.server), "HEAD:refs/heads/other")
    with open_remote(str(scene.server)) as repository:
        repository.fetch((commits[2],), depth=3)
        assert [commit.sha for commit in repository.commits_between(commits[0], commits[2])] == commits[1:]
        assert isinstance(repository.changes(commits[0], commits[2])[0], TreeChange)
        with pytest.raises(MisuseError):
            repository.commit(scene.base)


def test_fetches_a_branch_by_its_name_and_further_commits(scene: Scene) -> None:
    tip = Sha(commit_files(scene.checkout, {"flake.lock": "later\n"}))
    git(scene.checkout, "push", "--quiet", str(scene.server), "main", f"{scene.base}:refs/heads/side")
    with open_remote(str(scene.server)) as repository:
        assert repository.fetch_tip(MAIN, (scene.base,), depth=1) == tip
        assert repository.content(scene.base, "flake.lock") == b"old\n"
        with pytest.raises(MisuseError):
            repository.fetch_tip(UPDATE, (), depth=1)


def test_a_fetch_goes_on_meanwhile_and_says_how_it_ended_when_it_is_waited_for(scene: Scene) -> None:
    with open_remote(str(scene.server)) as repository:
        with repository.fetching_tip(MAIN, (scene.base,), depth=1) as arrive:
            assert repository.content(arrive(), "flake.lock") == b"old\n"
        with (
            repository.fetching_tip(UPDATE, (), depth=1) as arrive,
            pytest.raises(MisuseError, match="could not fetch"),
        ):
            arrive()
        with repository.fetching_tip(UPDATE, (), depth=1):
            pass


def test_a_commit_that_the_server_lacks_is_misuse(remote: GitRepository) -> None:
    with pytest.raises(MisuseError, match="could not fetch from"):
        remote.fetch((NOWHERE,), depth=1)


def test_a_remote_that_is_not_there_is_named(tmp_path: Path) -> None:
    with open_remote(str(tmp_path / "gone.git")) as repository, pytest.raises(MisuseError, match=r"gone\.git"):
        repository.remote_heads((MAIN,))


def test_a_server_that_does_not_answer_may_be_asked_again_and_no_token_shows() -> None:
    with (
        open_remote("https://127.0.0.1:1/me/x.git", Token("ghp_verysecret")) as repository,
        pytest.raises(UnavailableError, match=r"https://127\.0\.0\.1:1/me/x\.git") as caught,
    ):
        repository.remote_heads((MAIN,))
    assert "ghp_verysecret" not in f"{caught.value!r} {caught.value.advice}"


@pytest.mark.parametrize(
    "url", ["http://x/y", "git@github.com:o/r", "ssh://x/y", "ext::sh -c id", "../x", "--upload-pack=id"]
)
def test_speaks_no_other_protocol(url: str) -> None:
    with pytest.raises(MisuseError, match="neither an https address nor an absolute path"), open_remote(url):
        pass


def test_the_fetched_repository_is_gone_at_the_end_and_after_an_error(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        with open_remote(str(scene.server)) as repository:
            repository.fetch((scene.base,), depth=1)
            assert list(temporary.iterdir())
            raise FlakebotError("stop")

    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with pytest.raises(FlakebotError, match="stop"):
        fail()
    assert not list(temporary.iterdir())


# What must be left alone


def test_no_hook_runs_and_nothing_of_the_checkout_changes(scene: Scene, tmp_path: Path) -> None:
    hooks = scene.checkout / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-push", "post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran-{name}'\n")
        (hooks / name).chmod(0o755)
    git(scene.checkout, "config", "core.fsmonitor", f"touch '{tmp_path}/ran-fsmonitor'; false")
    before = snapshot(scene.checkout)
    repository = open_checkout(scene.checkout)
    repository.export(scene.base, tmp_path / "scratch")
    (tmp_path / "scratch" / "flake.lock").write_text("new\n")
    repository.record(tmp_path / "scratch", ("flake.lock",))
    assert snapshot(scene.checkout) == before
    assert not list(tmp_path.glob("ran-*"))


# Exporting


def test_an_export_is_the_tree_byte_for_byte_clean_and_not_shallow(scene: Scene, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    open_checkout(scene.checkout).export(scene.base, scratch)
    exported = {path: content for path, content in snapshot(scratch).items() if not path.startswith(".git/")}
    assert exported == {
        path: content.encode() if isinstance(content, str) else content for path, content in FILES.items()
    }
    assert git(scratch, "status", "--porcelain", "--ignored") == ""
    assert git(scratch, "rev-parse", "--is-shallow-repository") == "false"
    assert git(scratch, "rev-list", "--count", "HEAD") == "1"
    assert git(scratch, "rev-parse", "HEAD^{tree}") == git(scene.checkout, "rev-parse", "HEAD^{tree}")
    assert git(scratch, "log", "-1", "--format=%ct") == "1767323045"
    git(scratch, "fsck", "--strict")


def test_an_export_is_of_the_commit_and_not_of_the_work_tree(scene: Scene, tmp_path: Path) -> None:
    (scene.checkout / "flake.nix").write_text("dirty")
    (scene.checkout / "flake.lock").unlink()
    (scene.checkout / "untracked").write_text("x")
    open_checkout(scene.checkout).export(scene.base, tmp_path / "scratch")
    assert (tmp_path / "scratch" / "flake.nix").read_text() == "{ }"
    assert (tmp_path / "scratch" / "flake.lock").read_text() == "old\n"
    assert not (tmp_path / "scratch" / "untracked").exists()


def test_an_export_runs_no_filter_and_converts_no_line_end(scene: Scene, tmp_path: Path) -> None:
    attributes = "* filter=evil text eol=crlf ident\n*.nix working-tree-encoding=UTF-16\n"
    git(scene.checkout, "config", "filter.evil.clean", "cat")
    commit = Sha(commit_files(scene.checkout, {".gitattributes": attributes, "id": "$Id$\nx\n"}))
    git(scene.checkout, "config", "filter.evil.smudge", f"touch '{tmp_path}/ran'; cat")
    open_checkout(scene.checkout).export(commit, tmp_path / "scratch")
    assert (tmp_path / "scratch" / "id").read_bytes() == b"$Id$\nx\n"
    assert (tmp_path / "scratch" / "flake.nix").read_bytes() == b"{ }"
    assert git(tmp_path / "scratch", "status", "--porcelain") == ""
    assert not (tmp_path / "ran").exists()


def test_a_shallow_checkout_exports_too(scene: Scene, tmp_path: Path) -> None:
    tip = Sha(commit_files(scene.checkout, {"flake.lock": "later\n"}))
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{scene.checkout}", "shallow")
    open_checkout(tmp_path / "shallow").export(tip, tmp_path / "scratch")
    assert git(tmp_path / "scratch", "rev-parse", "--is-shallow-repository") == "false"
    git(tmp_path / "scratch", "fsck")


def test_an_export_leaves_submodules_empty_and_is_clean(scene: Scene, tmp_path: Path) -> None:
    git(scene.checkout, "update-index", "--add", "--cacheinfo", f"160000,{scene.base},module")
    commit = Sha(commit_files(scene.checkout, {".gitmodules": '[submodule "m"]\npath = module\nurl = ./m\n'}))
    open_checkout(scene.checkout).export(commit, tmp_path / "scratch")
    assert not list((tmp_path / "scratch" / "module").iterdir())
    assert git(tmp_path / "scratch", "status", "--porcelain") == ""


def test_exports_only_into_an_empty_folder(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    with pytest.raises(MisuseError, match="is not empty"):
        open_checkout(scene.checkout).export(scene.base, tmp_path / "full")
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["x"]


@pytest.mark.parametrize("path", ["flake.lock", "sub/dir/flake.lock"])
def test_records_one_file_whatever_else_lies_around(scene: Scene, tmp_path: Path, path: str) -> None:
    scratch = tmp_path / "scratch"
    repository = open_checkout(scene.checkout)
    repository.export(scene.base, scratch)
    (scratch / path).write_bytes(b"new\r\n")
    (scratch / "flake.nix").write_text("changed")
    (scratch / "text.txt").unlink()
    (scratch / "left over").write_text("x")
    git(scratch, "add", "left over", "flake.nix")
    tree = repository.record(scratch, (path,))
    assert git(scratch, "diff-tree", "-r", "--name-only", scene.base, tree).splitlines() == [path]
    assert git(scratch, "rev-parse", "HEAD^{tree}") == tree
    with open_remote(str(scene.server)) as remote:
        remote.fetch((scene.base,), depth=1)
        assert remote.tree_with(scene.base, {path: b"new\r\n"}) == tree


def test_a_recorded_export_is_clean_again(scene: Scene, tmp_path: Path) -> None:
    repository = open_checkout(scene.checkout)
    repository.export(scene.base, tmp_path / "scratch")
    (tmp_path / "scratch" / "flake.lock").write_text("new\n")
    repository.record(tmp_path / "scratch", ("flake.lock",))
    assert git(tmp_path / "scratch", "status", "--porcelain") == ""


def test_records_a_lock_that_the_base_does_not_have(scene: Scene, tmp_path: Path) -> None:
    git(scene.checkout, "rm", "--quiet", "flake.lock")
    base = Sha(commit_files(scene.checkout, {}))
    repository = open_checkout(scene.checkout)
    repository.export(base, tmp_path / "scratch")
    (tmp_path / "scratch" / "flake.lock").write_text("first\n")
    git(tmp_path / "scratch", "add", "--intent-to-add", "flake.lock")
    tree = repository.record(tmp_path / "scratch", ("flake.lock",))
    assert git(tmp_path / "scratch", "diff-tree", "-r", "--name-status", base, tree) == "A\tflake.lock"


def test_refuses_to_record_a_link_that_took_the_place_of_the_lock(scene: Scene, tmp_path: Path) -> None:
    repository = open_checkout(scene.checkout)
    repository.export(scene.base, tmp_path / "scratch")
    (tmp_path / "scratch" / "flake.lock").unlink()
    (tmp_path / "scratch" / "flake.lock").symlink_to("/etc/hostname")
    with pytest.raises(RefusedError, match=r"flake\.lock cannot be read"):
        repository.record(tmp_path / "scratch", ("flake.lock",))


def _give_away(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    for path in (folder, *folder.rglob("*")):
        os.lchown(path, 65534, 65534)
