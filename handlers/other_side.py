"""Typed words beside the report that name another side than the case's: asked about once before anybody gets them."""

from typing import Literal

from bot.domain.case import Case
from bot.domain.report import Content, Finding
from bot.domain.report_check import About, Objection, differences
from bot.messages import Choice, Text
from bot.services.checked_lines import value_text
from bot.services.notes import Saying
from handlers.state import Siding
from handlers.turn import Reply, Turn, say_about

TAPS = frozenset({"sw", "sc"})
"""Right as written; write it again."""


def ask(
    turn: Turn, case: Case, saying: Saying, to: Literal["referrer", "colleague", "owner"]
) -> Reply | None:
    """The question; None for words that name no other side, and beside files, which do not wait."""
    found = None if saying.files else _differs(turn, case, saying.words)
    if found is None:
        return None
    choices = (
        Choice(Text("report_check.change_words"), f"sc {case.reference}"),
        Choice(Text("report_check.right"), f"sw {case.reference}", row=1),
    )
    values = {"known": value_text(found.kind, found.known), "said": value_text(found.kind, found.said)}
    lines = (Text("report_check.you_wrote", values, strong=True), Text("report_check.is_it_right"))
    return say_about(case, *lines, choices=choices, state=Siding(case.id, saying.words, to))


def waiting(turn: Turn, case: Case) -> Siding | None:
    """What she was asked about of this case just now."""
    return turn.state if isinstance(turn.state, Siding) and turn.state.case_id == case.id else None


def _differs(turn: Turn, case: Case, words: str) -> Objection | None:
    content = Content(findings=(Finding(words=words),) if words else ())
    found = differences(case.facts, content, turn.knowledge.vocabulary)
    return next((one for one in found if one.kind is About.SIDE), None)
