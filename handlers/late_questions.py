"""What is asked of an emergency that is on its way already, one at a time; nothing waits for the answers."""

from bot.domain.case import Case
from bot.domain.facts import Field
from bot.domain.late_facts import next_missing
from bot.services.wording import case_line
from handlers import questions
from handlers.state import Completing, Idle
from handlers.turn import Reply, Say


def ask_next(case: Case, after: Field | None = None) -> Reply:
    """The next question about a case that waits for its report; nothing, and nothing open, where none is left."""
    field = next_missing(case.facts, after) if case.awaits_report else None
    if field is None:
        return Reply((), Idle())
    ask = questions.ask_of(field)
    return ask_this(case, ask, questions.question(case, ask))


def ask_this(case: Case, ask: str, question: questions.Question) -> Reply:
    """A question about it, open then."""
    message = Say(
        (case_line(case), question.line),
        choices=question.choices,
        case_id=case.id,
        reference=case.reference,
        about="case",
    )
    return Reply((message,), Completing(case.id, ask))
