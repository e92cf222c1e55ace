"""Messages to people who are not the one whose turn it is."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.case import Case
from bot.messages import Choice, Line, MediaRef, Opener, OutboundMessage
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Letter:
    """A message before it has an address; `key` names the effect and is completed by the person's id."""

    key: str
    body: tuple[Line, ...]
    choices: tuple[Choice, ...] = ()
    media: tuple[MediaRef, ...] = ()
    about: str = ""
    topic: str | None = None
    edits: str | None = None
    edit_only: bool = False
    opener: Opener = "message"


def post(uow: UnitOfWork, person_id: str, letter: Letter, *, case: Case | None, now: datetime) -> bool:
    """Put a letter to a person into the outbox; False where no channel reaches her now."""
    address = uow.people.contact(person_id)
    if address is None:
        return False
    uow.outbox.put(
        OutboundMessage(
            to=address,
            key=key_for(letter.key, person_id),
            body=letter.body,
            choices=letter.choices,
            media=letter.media,
            case_id=case.id if case else None,
            reference=case.reference if case else None,
            about=letter.about,
            topic=letter.topic,
            edits=key_for(letter.edits, person_id) if letter.edits else None,
            edit_only=letter.edit_only,
            opener=letter.opener,
        ),
        now,
    )
    return True


def key_for(key: str, person_id: str) -> str:
    """The dedupe key of a letter to a person."""
    return f"{key}/{person_id}"
