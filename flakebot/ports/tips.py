"""Looking back at where refs stood: what a command may ask of the hosts of inputs. Declarations only."""

from __future__ import annotations

from typing import Protocol

from flakebot.model.tips import PastTips, TipsAnswers


class Tips(Protocol):
    """Asking hosts for the revisions that refs stood at. It holds no secret but a token that may only read."""

    def past(self, questions: tuple[PastTips, ...]) -> TipsAnswers:
        """Return an answer to each question. What cannot be had is an answer too (`Unknown`), and no error."""
