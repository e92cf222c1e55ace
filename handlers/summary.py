"""The summary of a draft: what is known, its pictures on one small drawing, and what can be done with it.

The drawing is nearly all that a summary costs her. So it goes out once: as long as the pictures are the same a later
summary counts them and quotes the message that shows them. Where a channel can't quote and another patient's pictures
stand below it in the chat, they are shown again.
"""

from dataclasses import replace
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
_FIRST = "refer.summary"
_AGAIN = "refer.summary_again"
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
    said = (message.about, message.case_id, _as_first(message.body), message.choices)
    # A drawing that is missing beside pictures was shown, by this summary or by an earlier one.
    is_shown = message.drawing in (None, known.drawing)
    return is_shown and said == (known.about, known.case_id, _as_first(below), known.choices)


def _as_first(body: tuple[Line, ...]) -> tuple[Line, ...]:
    """A summary that is repeated says the same in this."""
    return tuple(
        replace(line, msgid=_FIRST) if isinstance(line, Text) and line.msgid == _AGAIN else line
        for line in body
    )


def _message(turn: Turn, case: Case) -> Say:
    sheet, heading = _sheet(turn, case), _heading(turn, case)
    earlier = _shown_by(turn, case, sheet, heading)
    return Say(
        (
            heading if earlier is None else replace(heading, msgid=_AGAIN),
            *_facts(case),
            Text("refer.confirm"),
        ),
        choices=questions.summary_choices(case),
        drawing=sheet if earlier is None else None,
        case_id=case.id,
        about=_SUMMARY,
        topic=f"draft/{case.id}",
        quotes=earlier,
    )


def _sheet(turn: Turn, case: Case) -> Drawing | None:
    refs = preview_refs(turn.uow, referrals.pictures(turn.uow, case))
    return Drawing("contact_sheet", tuple(ref.blob_id for ref in refs[:_SHEET])) if refs else None


def _shown_by(turn: Turn, case: Case, sheet: Drawing | None, heading: Text) -> str | None:
    """The vendor's id of the message that shows these pictures, where it can be told which they are."""
    before = turn.uow.outbox.shown(turn.address, case.created_at) if sheet else ()
    sheets = [one for one in before if one.message.about == _SUMMARY and one.message.drawing is not None]
    # A quotation names them; without one, those that stand last in the chat would be taken for hers.
    quotes = turn.knowledge.quotes(turn.address)
    known = [one for one in sheets if one.message.case_id == case.id] if quotes else sheets
    if not known or known[-1].sent_at is None:
        return None
    last = known[-1].message
    # The count tells of those that the sheet has no room for.
    is_same = (last.case_id, last.drawing) == (case.id, sheet) and heading in last.body
    ids = turn.uow.outbox.sent_ids(last.key) if is_same else ()
    return ids[0] if ids else None


def _heading(turn: Turn, case: Case) -> Text:
    """How many pictures will be sent, or why none is shown."""
    pictures = referrals.pictures(turn.uow, case)
    if pictures:
        return Text(_FIRST, count=len(pictures), strong=True)
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
