"""The card of a case, as everybody who is asked to read it gets it, with its pictures below."""

from datetime import datetime

from bot.domain.case import AttachmentState, Case, Purpose, StoredAttachment
from bot.domain.study import Priority
from bot.messages import Ago, Choice, Line, Opener, Text, Verbatim
from bot.services import law
from bot.services.post import Letter, post
from bot.services.wording import case_line, media_refs, preview_refs, question_line, sign, spoken_text
from storage.unit_of_work import UnitOfWork

CARD = "card"
"""What a reply that quotes a card or its pictures is about."""


def card_key(case: Case) -> str:
    """The key of the cards of the step that the case stands at."""
    return f"case:{case.id}/card/{case.round}.{case.step}"


def card_choices(case: Case) -> tuple[Choice, ...]:
    """What a paged specialist can tap."""
    return (
        Choice(Text("card.have"), f"ack {case.reference}"),
        Choice(Text("card.decline"), f"dec {case.reference}", row=1),
        Choice(Text("card.ask"), f"ask {case.reference}", row=1),
    )


def card_lines(uow: UnitOfWork, case: Case) -> tuple[Line, ...]:
    """Patient, priority, question, where from and how long ago."""
    lines: list[Line] = [
        case_line(case),
        Text(
            "card.priority",
            {"sign": sign(case.priority), "priority": Text(f"priority.{case.priority.value}")},
            strong=True,
        ),
        question_line(case),
    ]
    if (spoken := spoken_text(case.facts)) is not None:
        lines.append(Text("short.see_voice", {"what": spoken}))
    since = Ago(case.opened_at or case.created_at)
    if case.facility_id:
        facility = uow.facilities.get(case.facility_id)
        lines.append(Text("card.from", {"facility": Verbatim(facility.name), "since": since}))
    else:
        lines.append(Text("card.since", {"since": since}))
    pictures = [a for a in _all(uow, case) if a.is_picture and a.state is not AttachmentState.REFUSED]
    if law.in_words_only(uow, case):
        lines.append(Text("law.card"))
    elif not pictures:
        lines.append(Text("card.no_pictures"))
    elif all(a.state is AttachmentState.FETCHING for a in pictures):
        lines.append(Text("emergency.pictures_follow"))
    return tuple(lines)


def post_card(
    uow: UnitOfWork,
    case: Case,
    person_id: str,
    key: str,
    now: datetime,
    *,
    heading: tuple[Line, ...] = (),
    choices: tuple[Choice, ...] | None = None,
) -> bool:
    """The whole card with pictures and voice notes below; False where nothing reaches her."""
    letter = Letter(
        key=key,
        body=(*heading, *card_lines(uow, case)),
        choices=card_choices(case) if choices is None else choices,
        about=CARD,
        opener=_opener(case),
    )
    reached = post(uow, person_id, letter, case=case, now=now)
    if reached:
        _post_media(uow, case, person_id, key=key, now=now)
    return reached


def post_reminder(uow: UnitOfWork, case: Case, person_id: str, key: str, now: datetime) -> bool:
    """A card without its pictures, for somebody who has them already."""
    letter = Letter(
        key=key,
        body=(Text("card.reminder"), *card_lines(uow, case)),
        choices=card_choices(case),
        about=CARD,
        # Where they wait for her to write, the newest says it all.
        topic=f"reminder/{case.id}",
        opener=_opener(case),
    )
    return post(uow, person_id, letter, case=case, now=now)


def post_raised(uow: UnitOfWork, case: Case, person_id: str, key: str, now: datetime) -> bool:
    """The card of a case that became an emergency in its owner's hands, without the pictures that he has."""
    letter = Letter(
        key=key,
        body=(Text("emergency.raised", {"sign": sign(case.priority)}, strong=True), *card_lines(uow, case)),
        choices=(
            Choice(Text("emergency.seen_it"), f"seen {case.reference}"),
            Choice(Text("answer.phrases"), f"ph {case.reference}", row=1),
            Choice(Text("card.ask"), f"ask {case.reference}", row=1),
        ),
        about=CARD,
        opener=_opener(case),
    )
    return post(uow, person_id, letter, case=case, now=now)


def post_late(uow: UnitOfWork, case: Case, attachment: StoredAttachment, now: datetime) -> None:
    """A file that was ready only after its emergency had gone out, to whoever has the case or was asked for it."""
    if _is_kept_back(uow, case, attachment):
        return
    holder = uow.assignments.owner(case.id)
    readers = (holder,) if holder else uow.pages.waiting(case.id)
    for person_id in readers:
        _post_file(uow, case, person_id, attachment, key=f"case:{case.id}/late/{attachment.id}", now=now)


def _opener(case: Case) -> Opener:
    return "emergency" if case.priority is Priority.EMERGENCY else "case"


def post_refused(uow: UnitOfWork, case: Case, attachment: StoredAttachment, why: Text, now: datetime) -> None:
    """A file of a case that has gone out can't be used: its sender is told what to do instead."""
    letter = Letter(key=f"case:{case.id}/refused/{attachment.id}", body=(case_line(case), why))
    post(uow, case.referrer_id, letter, case=case, now=now)


def _post_media(uow: UnitOfWork, case: Case, person_id: str, *, key: str, now: datetime) -> None:
    pictures = preview_refs(uow, _pictures(uow, case))
    if pictures:
        body = (case_line(case), Text("card.pictures", count=len(pictures)))
        letter = Letter(key=f"{key}/pictures", body=body, media=pictures, about=CARD, opener=_opener(case))
        post(uow, person_id, letter, case=case, now=now)
    for attachment in _ready(uow, case):
        if not attachment.is_picture:
            _post_file(uow, case, person_id, attachment, key=f"{key}/{attachment.id}", now=now)


def _post_file(
    uow: UnitOfWork, case: Case, person_id: str, attachment: StoredAttachment, *, key: str, now: datetime
) -> None:
    words = Text("card.pictures", count=1) if attachment.is_picture else Text("card.voice")
    media = media_refs(uow, attachment)
    if media:
        letter = Letter(key=key, body=(case_line(case), words), media=media, about=CARD, opener=_opener(case))
        post(uow, person_id, letter, case=case, now=now)


def _ready(uow: UnitOfWork, case: Case) -> list[StoredAttachment]:
    ready = (a for a in _all(uow, case) if a.state is AttachmentState.READY)
    return [a for a in ready if not _is_kept_back(uow, case, a)]


def _is_kept_back(uow: UnitOfWork, case: Case, attachment: StoredAttachment) -> bool:
    return law.blocks(uow, case, attachment.sender_id, is_sound=not attachment.is_picture)


def _all(uow: UnitOfWork, case: Case) -> list[StoredAttachment]:
    """What the referrer sent with the case and what she added since."""
    added = uow.attachments.of_case(case.id, Purpose.NOTE)
    return [*uow.attachments.of_case(case.id), *(a for a in added if a.sender_id == case.referrer_id)]


def _pictures(uow: UnitOfWork, case: Case) -> list[StoredAttachment]:
    return [a for a in _ready(uow, case) if a.preview_blob]
