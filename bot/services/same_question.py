"""The question whose pictures these are, as it is first asked and as it is asked again."""

from bot.domain.case import Case, Status
from bot.messages import Choice, Joined, Line, Text
from bot.services.wording import patient_text, study_text


def same_question(draft: Case, others: tuple[Case, ...]) -> tuple[tuple[Line, ...], tuple[Choice, ...]]:
    """Lines with the patients by reference, age and sex, and what she can tap; `others` as of `asked_of`."""
    body = (_heading(others), *map(_known, others), _new(draft))
    choices = tuple(_choice(draft, other, place) for place, other in enumerate(others))
    another = Choice(Text("same.another"), f"other {draft.reference}", row=len(others))
    return body, (*choices, another)


def question_topic(draft: Case) -> str:
    """The running theme of what a draft asks: only the newest leaves."""
    return f"draft/{draft.id}"


def _heading(others: tuple[Case, ...]) -> Line:
    if all(other.status is Status.DRAFT for other in others):
        return Text("same.ask", strong=True)
    return Text("same.ask_add", strong=True)


def _known(other: Case) -> Line:
    not_sent = other.status is Status.DRAFT
    return Text("same.not_sent" if not_sent else "same.sent", {"case": _patient(other)})


def _new(draft: Case) -> Line:
    facts = draft.facts
    if facts.age is None and facts.sex is None:
        return Text("same.new", {"reference": draft.reference})
    return Text("same.new_told", {"case": _patient(draft)})


def _patient(case: Case) -> Joined:
    return Joined((case.reference, patient_text(case.facts), study_text(case.facts)))


def _choice(draft: Case, other: Case, place: int) -> Choice:
    add = Text("same.add", {"reference": other.reference})
    label = Text("same.same") if other.status is Status.DRAFT else add
    return Choice(label, f"same {draft.reference} {other.reference}", row=place)
