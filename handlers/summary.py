"""The summary of a draft: what is known, its pictures on one small drawing, and what can be done with it."""

from bot.domain.case import Case
from bot.messages import Drawing, Line, Param, Text
from bot.services import law as service_law
from bot.services import referrals
from bot.services.wording import patient_text, preview_refs, question_line, sign, spoken_text, study_text
from handlers import questions
from handlers.state import Drafting
from handlers.turn import Reply, Say, Turn

_SHEET = 12
"""Pictures on one contact sheet."""


def shown(turn: Turn, case: Case) -> Reply:
    """She checks it and taps once; an older one is dropped where it has not left yet."""
    refs = preview_refs(turn.uow, referrals.pictures(turn.uow, case))
    message = Say(
        (_heading(turn, case), *_facts(case), Text("refer.confirm")),
        choices=questions.summary_choices(case),
        drawing=Drawing("contact_sheet", tuple(ref.blob_id for ref in refs[:_SHEET])) if refs else None,
        case_id=case.id,
        about="summary",
        topic=f"draft/{case.id}",
    )
    return Reply((message,), Drafting(case.id, questions.SUMMARY))


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
