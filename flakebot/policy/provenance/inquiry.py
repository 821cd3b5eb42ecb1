"""Look answers up among the facts, and note every question that came up. Never asks anybody."""

from __future__ import annotations

from flakebot.model.provenance import Content, ContentAnswer, Facts, OnRef, OnRefAnswer, Question


class Inquiry:
    """What is known so far, and what somebody wanted to know."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._questions: dict[Question, None] = {}

    def on_ref(self, question: OnRef) -> OnRefAnswer:
        """Return whether the ref leads to the revision."""
        self._questions[question] = None
        return self._facts.on_ref(question)

    def content(self, question: Content) -> ContentAnswer:
        """Return what is fetched from a source."""
        self._questions[question] = None
        return self._facts.content(question)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions that came up and have no answer yet, in that order."""
        return tuple(asked for asked in self._questions if not self._facts.knows(asked))
