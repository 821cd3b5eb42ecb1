"""Trees, blobs and files. Never writes."""

from __future__ import annotations

import base64
from urllib.parse import quote

from flakebot.model import Sha
from flakebot.rehearsal.github.git.store import FULL_SHA, Store
from flakebot.rehearsal.github.git.trees import TreeItem
from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.permissions import read
from flakebot.rehearsal.github.refusals import RefusalError, not_found
from flakebot.rehearsal.github.shapes.basics import Document, api_url, node_id, web_url
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.tokens import Permission

_TYPES = {"blob": "file", "tree": "dir", "commit": "submodule"}
_PLURALS = {"blob": "blobs", "tree": "trees", "commit": "commits"}
RAW_TYPE = "application/vnd.github.raw"


def show_tree(call: Call) -> Answer:
    """Answer a tree by its sha or that of a commit."""
    store = call.repository.store
    sha = _tree_of(store, call.path["sha"])
    items = store.tree(sha, recursive=bool(call.query.get("recursive")))
    return answer(
        {
            "sha": sha,
            "url": api_url(call.repository.full_name, "git/trees", sha),
            "tree": [_tree_item(call.repository, item) for item in items],
            "truncated": False,
        }
    )


def _tree_of(store: Store, revision: str) -> Sha:
    if FULL_SHA.fullmatch(revision) and store.kind(revision) == "tree":
        return Sha(revision)
    commit = store.resolve(revision)
    if commit is None:
        raise not_found()
    return store.commit(commit).tree


def show_blob(call: Call) -> Answer:
    """Answer a blob."""
    sha = call.path["sha"]
    content = call.repository.store.blob(sha) if FULL_SHA.fullmatch(sha) else None
    if content is None:
        raise not_found()
    if RAW_TYPE in call.headers.get("accept", ""):
        return Answer(body=content, headers={"content-type": f"{RAW_TYPE}; charset=utf-8"})
    return answer(
        {
            "sha": sha,
            "node_id": node_id("B", int(sha[:12], 16)),
            "size": len(content),
            "url": api_url(call.repository.full_name, "git/blobs", sha),
            "content": _base64(content),
            "encoding": "base64",
        }
    )


def show_contents(call: Call) -> Answer:
    """Answer a file with its content, or list a folder."""
    ref = call.query.get("ref") or call.repository.default_branch
    sha = call.repository.store.resolve(ref)
    if sha is None:
        raise RefusalError(404, f"No commit found for the ref {ref}")
    path = call.path.get("path", "").strip("/")
    listed = _entries(call.repository, sha, path)
    if listed is not None:
        return answer([_entry(call.repository, ref, item) for item in listed])
    return _file(call, ref, sha, path)


def _entries(repository: Repository, sha: Sha, path: str) -> tuple[TreeItem, ...] | None:
    """Return a folder's entries with their whole paths, or None when the path is no folder."""
    if path and repository.store.kind(f"{sha}:{path}") != "tree":
        return None
    items = repository.store.tree(f"{sha}:{path}")
    prefix = f"{path}/" if path else ""
    return tuple(
        TreeItem(path=prefix + item.path, mode=item.mode, kind=item.kind, sha=item.sha, size=item.size)
        for item in items
    )


def _file(call: Call, ref: str, sha: Sha, path: str) -> Answer:
    folder, _, _ = path.rpartition("/")
    siblings = _entries(call.repository, sha, folder) or ()
    item = next((item for item in siblings if item.path == path and item.kind == "blob"), None)
    content = None if item is None else call.repository.store.blob(item.sha)
    if item is None or content is None:
        raise not_found()
    if RAW_TYPE in call.headers.get("accept", ""):
        return Answer(body=content, headers={"content-type": f"{RAW_TYPE}; charset=utf-8"})
    return answer({**_entry(call.repository, ref, item), "content": _base64(content), "encoding": "base64"})


def _entry(repository: Repository, ref: str, item: TreeItem) -> Document:
    name, path = repository.full_name, quote(item.path)
    url = f"{api_url(name, 'contents', path)}?ref={quote(ref)}"
    git = api_url(name, "git", _PLURALS[item.kind], item.sha)
    html = web_url(name, "blob" if item.kind == "blob" else "tree", ref, path)
    raw = f"https://raw.githubusercontent.com/{name}/{ref}/{path}" if item.kind == "blob" else None
    return {
        "type": "symlink" if item.mode == "120000" else _TYPES[item.kind],
        "size": item.size or 0,
        "name": item.path.rpartition("/")[2],
        "path": item.path,
        "sha": item.sha,
        "url": url,
        "git_url": git,
        "html_url": html,
        "download_url": raw,
        "_links": {"self": url, "git": git, "html": html},
    }


def _tree_item(repository: Repository, item: TreeItem) -> Document:
    size = {} if item.size is None else {"size": item.size}
    url = api_url(repository.full_name, "git", _PLURALS[item.kind], item.sha)
    return {"path": item.path, "mode": item.mode, "type": item.kind, "sha": item.sha, **size, "url": url}


def _base64(content: bytes) -> str:
    """Encode as GitHub does: lines of 60 characters."""
    text = base64.b64encode(content).decode()
    return "".join(f"{text[start : start + 60]}\n" for start in range(0, len(text), 60))


ENDPOINTS = (
    in_repository("GET", "/git/trees/{sha:path}", show_tree, read(Permission.CONTENTS)),
    in_repository("GET", "/git/blobs/{sha}", show_blob, read(Permission.CONTENTS)),
    in_repository("GET", "/contents", show_contents, read(Permission.CONTENTS)),
    in_repository("GET", "/contents/{path:path}", show_contents, read(Permission.CONTENTS)),
)
