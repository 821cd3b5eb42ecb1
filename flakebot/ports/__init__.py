"""What a command may ask of the world, one Protocol per power. Declarations only; adapters fulfil them."""

from flakebot.ports.git import Repository, Sign
from flakebot.ports.hubs import ApproverHub, AuthorHub, JobHub, Merged, MergeResult, NotYet, Queued
from flakebot.ports.reading import Provenance, Reader
from flakebot.ports.signing import PublicKeys, Signer, Verifier
from flakebot.ports.tips import Tips
from flakebot.ports.tools import Clock, Nix, Progress, UpdateRun

__all__ = [
    "ApproverHub",
    "AuthorHub",
    "Clock",
    "JobHub",
    "MergeResult",
    "Merged",
    "Nix",
    "NotYet",
    "Progress",
    "Provenance",
    "PublicKeys",
    "Queued",
    "Reader",
    "Repository",
    "Sign",
    "Signer",
    "Tips",
    "UpdateRun",
    "Verifier",
]
