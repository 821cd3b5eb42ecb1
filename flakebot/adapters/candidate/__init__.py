"""The candidate's folder: written whole or not at all, and believed only as far as its hashes go."""

from flakebot.adapters.candidate.folder import CandidateFolder

__all__ = ["CandidateFolder"]
