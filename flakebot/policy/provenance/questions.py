"""Which facts are needed before a change of a lock can be judged. No I/O.

What is asked next may depend on what was answered: whether an input has to be on its ref shows once the lock of its
parent was read. So this is asked again until nothing is open.
"""

from __future__ import annotations

from flakebot.model.provenance import Facts, Question
from flakebot.policy.cases import LockCase
from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.provenance.age import questions_of_age


def open_questions(evidence: LockEvidence, expectation: LockExpectation, facts: Facts) -> tuple[Question, ...]:
    """Return what is still to be asked about a lock, each question once."""
    case = LockCase.of(evidence, expectation, facts=facts)
    return tuple(dict.fromkeys((*case.trace.open_questions, *questions_of_age(case))))
