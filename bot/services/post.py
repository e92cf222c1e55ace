"""Messages to people who are not the one whose turn it is."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.case import Case
from bot.messages import Address, Choice, Line, MediaRef, Opener, OutboundMessage, Text, Verbatim
from bot.services import contacts
from bot.services.wording import headed
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
    """Put a letter to a person into the outbox; False where no channel reaches her now.

    What is for a case's referrer goes to her facility's second contact where no chat of hers is left.
    """
    reader = contacts.reader_of(uow, case) if case and person_id == case.referrer_id else person_id
    address = uow.people.contact(reader)
    if address is None:
        return False
    if case is not None and reader != person_id:
        letter = replace(letter, body=(stand_in_line(uow, case), *letter.body))
    uow.outbox.put(
        OutboundMessage(
            to=address,
            key=key_for(letter.key, reader),
            body=(*for_whom(uow, address, reader), *(headed(letter.body) if case else letter.body)),
            choices=letter.choices,
            media=letter.media,
            case_id=case.id if case else None,
            reference=case.reference if case else None,
            about=letter.about,
            topic=letter.topic,
            edits=key_for(letter.edits, reader) if letter.edits else None,
            edit_only=letter.edit_only,
            opener=letter.opener,
        ),
        now,
    )
    return True


def for_whom(uow: UnitOfWork, address: Address, person_id: str) -> tuple[Line, ...]:
    """On a phone that several people share, whose message it is."""
    if not uow.sharing.users(address):
        return ()
    return (Text("shared.for", {"name": Verbatim(uow.people.get(person_id).name)}, strong=True),)


def stand_in_line(uow: UnitOfWork, case: Case) -> Line:
    """Why somebody gets what is said to the referrer of a case."""
    facility = uow.facilities.get(case.facility_id).name if case.facility_id else ""
    return Text("phones.stand_in", {"facility": Verbatim(facility)})


def key_for(key: str, person_id: str) -> str:
    """The dedupe key of a letter to a person."""
    return f"{key}/{person_id}"
