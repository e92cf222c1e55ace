"""The summary of a draft: what is known, its pictures on one small drawing, and what can be done with it."""

from datetime import timedelta

from bot.domain.case import Case
from bot.messages import Drawing, Line, OutboundMessage, Param, Text
from bot.services import law as service_law
from bot.services import referrals
from bot.services.wording import patient_text, preview_refs, question_line, sign, spoken_text, study_text
from handlers import questions
from handlers.state import Drafting
from handlers.turn import Reply, Say, Turn

_SHEET = 12
"""Pictures on one contact sheet."""
_SUMMARY = "summary"
_MOMENT = timedelta(minutes=1)


def shown(turn: Turn, case: Case) -> Reply:
    """She checks it and taps once; an older one is dropped where it has not left yet."""
    return Reply((_message(turn, case),), Drafting(case.id, questions.SUMMARY))


def is_news(turn: Turn, reply: Reply) -> bool:
    """Whether an answer is more than the summary that she was shown a moment ago."""
    before = turn.uow.outbox.shown(turn.address, turn.now - _MOMENT)
    known = [one.message for one in before if one.message.about == _SUMMARY]
    return not (known and reply.says and all(_is_like(one, known[-1]) for one in reply.says))


def _is_like(message: Say, known: OutboundMessage) -> bool:
    # Where the law kept something back its sentence stands before the summary.
    below = known.body[-len(message.body) :]
    said = (message.about, message.case_id, message.body, message.choices, message.drawing)
    return said == (known.about, known.case_id, below, known.choices, known.drawing)


def _message(turn: Turn, case: Case) -> Say:
    refs = preview_refs(turn.uow, referrals.pictures(turn.uow, case))
    return Say(
        (_heading(turn, case), *_facts(case), Text("refer.confirm")),
        choices=questions.summary_choices(case),
        drawing=Drawing("contact_sheet", tuple(ref.blob_id for ref in refs[:_SHEET])) if refs else None,
        case_id=case.id,
        about=_SUMMARY,
        topic=f"draft/{case.id}",
    )


def _heading(turn: Turn, case: Case) -> Line:
    """How many pictures will be sent, or why none is shown."""
    pictures = referrals.pictures(turn.uow, case)
    if pictures:
        return Text("refer.summary", count=len(pictures), strong=True)
    if service_law.in_words_only(turn.uow, case):
        return Text("law.in_words", strong=True)
    come = any(file.is_picture for file in turn.uow.attachments.of_case(case.id))
    return Text("refer.summary_now" if come else "emergency.no_picture_yet", strong=True)


def _facts(case: Case) -> tuple[Line, ...]:
    facts = case.facts
    lines: list[Line] = []
    if facts.age or facts.sex:
        lines.append(Text("refer.fact_patient", {"patient": patient_text(facts)}))
    if facts.modality or facts.body_part:
        lines.append(Text("refer.fact_study", {"study": study_text(facts)}))
    if (spoken := spoken_text(facts)) is not None:
        lines.append(Text("short.by_voice", {"what": spoken}))
    urgency: dict[str, Param] = {
        "sign": sign(case.priority),
        "priority": Text(f"priority.{case.priority.value}"),
    }
    return (*lines, question_line(case), Text("refer.fact_priority", urgency))
