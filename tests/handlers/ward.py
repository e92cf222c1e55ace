"""A referrer, two specialists and a coordinator, on real storage and the real dispatch, without a channel."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from bot.clock import ManualClock
from bot.domain.case import Case, Consent
from bot.domain.facts import Age, Facts
from bot.domain.people import Person, Role
from bot.domain.study import BodyPart, Modality, Priority, Sex
from bot.language.folder import LOCALES
from bot.language.phrasebook import load_phrasebook
from bot.language.words import load_vocabulary
from bot.messages import (
    Address,
    Attachment,
    AttachmentReady,
    ChoiceTapped,
    InboundEvent,
    Joined,
    MessageFailed,
    MessageReceived,
    OutboundMessage,
    Phrase,
    Text,
    Verbatim,
    decode_event,
)
from bot.services import referrals
from handlers.dispatch import dispatch
from handlers.turn import Knowledge
from storage.blob_rows import Blob
from storage.engine import Database
from storage.schema.runtime import outbox, outbox_sent
from storage.seal import case_scope
from storage.unit_of_work import UnitOfWork

KNOWLEDGE = Knowledge(
    vocabulary=load_vocabulary(LOCALES / "words"),
    phrasebook=load_phrasebook(LOCALES / "phrases"),
    languages=("en", "hi"),
)
CHEST = Facts(
    age=Age(45), sex=Sex.MALE, modality=Modality.XR, body_part=BodyPart.CHEST, priority=Priority.URGENT
)
VOICE = Attachment("voice", "v1", "audio/ogg", 900)
_NUMBERS = {"asha": 1001, "rao": 2001, "khan": 2002, "sunita": 3001}
_ROLES = {"asha": Role.REFERRER, "sunita": Role.COORDINATOR}


@dataclass(slots=True)
class Ward:
    """Names are those of `_NUMBERS`; `heard` gives what somebody was sent since it was last asked."""

    db: Database
    clock: ManualClock
    seen: dict[str, int] = field(default_factory=dict)
    count: int = 0
    knowledge: Knowledge = KNOWLEDGE

    def __post_init__(self) -> None:
        self.db.run_blocking(self._enrol)

    def _enrol(self, uow: UnitOfWork) -> None:
        now = self.clock.now()
        pool = uow.pools.put(
            "Chest", timezone="Asia/Kolkata", specialties=["chest", "radiology", "obstetrics"]
        )
        for name, number in _NUMBERS.items():
            role = _ROLES.get(name, Role.SPECIALIST)
            person_id = uow.people.add(f"Dr {name.title()}", language="en", roles=[role], now=now)
            uow.people.agree(person_id, now)
            uow.people.add_address(person_id, Address(f"telegram:{number}"), now)
            if role is Role.SPECIALIST:
                uow.people.set_registration(person_id, f"MMC {number}")
                uow.people.verify(person_id, by=None, now=now)
                uow.pools.add_member(pool, person_id)

    # --- what people do

    def sends_case(self, facts: Facts = CHEST) -> Case:
        """Asha's case, open; nobody is on call, so the pool is asked by its policy."""
        return self.db.run_blocking(lambda uow: self._send(uow, facts))

    def _send(self, uow: UnitOfWork, facts: Facts) -> Case:
        now = self.clock.now()
        case = referrals.draft_for(uow, self.person_in(uow, "asha"), self.address("asha"), now)
        case = uow.cases.set_facts(case, facts)
        assert referrals.send(uow, case, Consent.PATIENT, now)
        return uow.cases.get(case.id)

    def taken_case(self, facts: Facts = CHEST) -> Case:
        """A case that Dr Rao has."""
        case = self.sends_case(facts)
        self.taps("rao", f"ack {case.reference}")
        self.forget()
        return case

    def reported_case(self, facts: Facts = CHEST, urgency: str = "routine") -> Case:
        """A case with its first report."""
        case = self.taken_case(facts)
        self.answers(case, "clear", urgency=urgency)
        self.taps("rao", f"rs {case.reference} {self.draft(case)}")
        return self.case(case)

    def answers(self, case: Case, words: str, *, urgency: str = "routine") -> None:
        """Words, urgency, action: all that a report needs, not sent yet."""
        self.says("rao", words)
        self.taps("rao", f"ur {case.reference} {urgency}")
        self.taps("rao", f"phx {case.reference} act.show_doctor")

    def says(
        self,
        name: str,
        words: str = "",
        *,
        quoting: OutboundMessage | None = None,
        files: tuple[Attachment, ...] = (),
    ) -> None:
        self.count += 1
        quoted = self._vendor_id(quoting) if quoting else None
        event = MessageReceived(
            self.address(name), f"m{self.count}", self.clock.now(), words, files, quoted=quoted
        )
        self.happens(event)

    def taps(self, name: str, action: str) -> None:
        assert len(action.encode()) <= 40
        self.happens(ChoiceTapped(self.address(name), "t", self.clock.now(), action))

    def happens(self, event: InboundEvent) -> None:
        now = self.clock.now()
        self.db.run_blocking(lambda uow: dispatch(uow, event, now, knowledge=self.knowledge))

    def passes(self, **span: float) -> None:
        """Time passes; every timer is handled at its instant."""
        end = self.clock.now() + timedelta(**span)
        while (due := self.db.run_blocking(lambda uow: uow.timers.next_due())) is not None and due <= end:
            self.clock.advance(max(due - self.clock.now(), timedelta(0)))
            # One event of a chat comes at a time.
            while events := self.db.run_blocking(self._sweep):
                for event in events:
                    self.happens(event)
        self.clock.advance(end - self.clock.now())

    def _sweep(self, uow: UnitOfWork) -> list[InboundEvent]:
        now = self.clock.now()
        uow.timers.sweep(now)
        rows = uow.inbox.claim(now, limit=50, taker="test")
        for row in rows:
            uow.inbox.done(row, now)
        return [decode_event(row.raw) for row in rows if row.raw]

    def fetched(self, subject_of: Case) -> None:
        """All files of a case that are on their way arrive."""
        for attachment_id in self.db.run_blocking(lambda uow: self._arrive(uow, subject_of)):
            self.happens(AttachmentReady(attachment_id))

    def _arrive(self, uow: UnitOfWork, case: Case) -> list[str]:
        ids = []
        for item in uow.work.claim("fetch", self.clock.now(), limit=20, taker="test"):
            blob_id = uow.ids.new()
            scope = case_scope(case.id)
            uow.blobs.add(Blob(blob_id, scope, "original", "audio/ogg", 900, "00", self.clock.now(), case.id))
            uow.attachments.ready(item.subject, original=blob_id, master=None, preview=None)
            uow.work.done(item, self.clock.now())
            ids.append(item.subject)
        return ids

    def fails(self, message: OutboundMessage) -> None:
        self.happens(MessageFailed(message.key, message.to, "blocked", message.case_id, message.about))

    # --- what is there

    def heard(self, name: str) -> list[OutboundMessage]:
        """What somebody was sent since the last look."""
        messages = [m for m in self.db.run_blocking(_posted) if m.to == self.address(name)]
        new = messages[self.seen.get(name, 0) :]
        self.seen[name] = len(messages)
        return new

    def forget(self) -> None:
        for name in _NUMBERS:
            self.heard(name)

    def case(self, case: Case) -> Case:
        return self.db.run_blocking(lambda uow: uow.cases.get(case.id))

    def draft(self, case: Case, name: str = "rao") -> int:
        """The revision of what somebody is writing; -1 where there is nothing."""

        def look(uow: UnitOfWork) -> int:
            report = uow.reports.draft_of(case.id, self.person_in(uow, name).id)
            return report.revision if report else -1

        return self.db.run_blocking(look)

    def tasks(self) -> list[str]:
        return self.db.run_blocking(lambda uow: [task.kind.value for task in uow.tasks.pending()])

    def person_in(self, uow: UnitOfWork, name: str) -> Person:
        found = uow.people.by_address(self.address(name))
        assert found is not None
        return found

    def person_id(self, name: str) -> str:
        return self.db.run_blocking(lambda uow: self.person_in(uow, name).id)

    def address(self, name: str) -> Address:
        return Address(f"telegram:{_NUMBERS[name]}")

    def _vendor_id(self, message: OutboundMessage) -> str:
        return self.db.run_blocking(lambda uow: _leave(uow, message))


def words(messages: list[OutboundMessage]) -> list[str]:
    """All msgids, phrase keys and own words in messages."""
    return [word for message in messages for line in message.body for word in _words(line)]


def _words(line: object) -> list[str]:
    match line:
        case Joined(parts=parts):
            return [word for part in parts for word in _words(part)]
        case Text(msgid=msgid, params=params):
            return [msgid, *(word for value in params.values() for word in _words(value))]
        case Phrase(key=key):
            return [key]
        case Verbatim(words=said):
            return [said]
        case _:
            return []


def actions(message: OutboundMessage) -> list[str]:
    """What a message lets one tap."""
    return [choice.action for choice in message.choices]


def _posted(uow: UnitOfWork) -> list[OutboundMessage]:
    keys = uow.connection.execute(select(outbox.c.key).order_by(outbox.c.seq)).scalars()
    return [message for key in keys if (message := uow.outbox.message(key)) is not None]


def _leave(uow: UnitOfWork, message: OutboundMessage) -> str:
    """Note that a message became one of the vendor's, so that it can be quoted."""
    row = uow.connection.execute(select(outbox.c.seq, outbox.c.lane).where(outbox.c.key == message.key)).one()
    vendor_id = f"v{row.seq}"
    values = {"outbox_seq": row.seq, "ordinal": 0, "lane": row.lane, "vendor_message_id": vendor_id}
    known = uow.outbox.sent_ids(message.key)
    if not known:
        uow.connection.execute(outbox_sent.insert().values(values))
    return vendor_id
