"""Somebody who talks with the dialogues of people, without a channel: her events in, replies out, state kept."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from bot.clock import ManualClock
from bot.domain.people import Person, Role
from bot.domain.words import match_command
from bot.language.folder import LOCALES
from bot.language.phrasebook import load_phrasebook
from bot.language.words import load_vocabulary
from bot.messages import (
    Address,
    ChoiceTapped,
    InboundEvent,
    Joined,
    JoinRequested,
    MessageReceived,
    OutboundMessage,
    Text,
)
from bot.services import people
from handlers import coordinate, invite, register, settings
from handlers import help as helping
from handlers.state import Idle, State
from handlers.turn import Action, Knowledge, Reply, Turn
from storage.engine import Database
from storage.schema.runtime import outbox
from storage.unit_of_work import UnitOfWork

KNOWLEDGE = Knowledge(
    vocabulary=load_vocabulary(LOCALES / "words"),
    phrasebook=load_phrasebook(LOCALES / "phrases"),
    languages=("en", "hi"),
    bot_links=(("telegram", "https://t.me/relay_bot?start="),),
)


@dataclass(slots=True)
class Talker:
    """A phone; `reply` is the last answer."""

    db: Database
    clock: ManualClock
    address: Address
    state: State = field(default_factory=Idle)
    reply: Reply = field(default_factory=Reply)
    knowledge: Knowledge = KNOWLEDGE

    def opens(self, code: str) -> list[str]:
        """She opens a deep link; the msgids of the answer."""
        return self._does(JoinRequested(self.address, "1", self.clock.now(), code))

    def types(self, text: str) -> list[str]:
        return self._does(MessageReceived(self.address, "2", self.clock.now(), text))

    def taps(self, action: str) -> list[str]:
        return self._does(ChoiceTapped(self.address, "3", self.clock.now(), action))

    def actions(self) -> list[str]:
        """What the last answer lets her tap."""
        return [choice.action for say in self.reply.says for choice in say.choices]

    def person(self) -> Person:
        return self.db.run_blocking(self.person_in)

    def person_in(self, uow: UnitOfWork) -> Person:
        """She, within a transaction that runs already."""
        found = uow.people.by_address(self.address)
        assert found is not None
        return found

    def _does(self, event: InboundEvent) -> list[str]:
        now = self.clock.now()
        self.reply = self.db.run_blocking(lambda uow: self._answer(uow, event, now))
        self.state = self.reply.state or self.state
        return said(self.reply)

    def _answer(self, uow: UnitOfWork, event: InboundEvent, now: datetime) -> Reply:
        person = uow.people.by_address(self.address)
        if person is None or person.revoked or register.claims(event, self.state, self.knowledge):
            return register.meet(
                uow, event, address=self.address, state=self.state, knowledge=self.knowledge, now=now
            )
        return _route(Turn(uow, now, self.address, person, self.state, self.knowledge, event), event)


def _route(turn: Turn, event: InboundEvent) -> Reply:
    if isinstance(event, ChoiceTapped):
        action = Action.parse(event.action)
        return (
            coordinate.on_tap(turn, action)
            or invite.on_tap(turn, action)
            or settings.on_tap(turn, action)
            or Reply()
        )
    if not isinstance(event, MessageReceived):
        return helping.greet(turn)
    command = match_command(event.text, turn.knowledge.vocabulary)
    for handler in (coordinate.on_command, invite.on_command, settings.on_command, helping.on_command):
        if command is not None and (reply := handler(turn, command)) is not None:
            return reply
    return invite.on_message(turn, event) or helping.fallback(turn)


def said(reply: Reply) -> list[str]:
    """The msgids of a reply."""
    return [msgid for one in reply.says for line in one.body for msgid in _msgids(line)]


def _msgids(line: object) -> list[str]:
    if isinstance(line, Joined):
        return [msgid for part in line.parts for msgid in _msgids(part)]
    return [line.msgid] if isinstance(line, Text) else []


def invited(db: Database, clock: ManualClock, role: Role, *, name: str = "", pool: str = "") -> str:
    """A code for that role."""
    return db.run_blocking(
        lambda uow: people.make_invite(uow, role, now=clock.now(), name=name, pool_id=pool or None).code
    )


def joins(db: Database, clock: ManualClock, role: Role, number: int, name: str) -> Talker:
    """Somebody who went through all the questions."""
    talker = Talker(db, clock, Address(f"telegram:{number}"))
    talker.opens(invited(db, clock, role, name=name))
    talker.taps("join_lang en")
    talker.taps("join_agree")
    talker.taps("join_name_yes")
    if role is Role.SPECIALIST:
        talker.types("12345")
        talker.types("MMC")
    assert talker.state == Idle()
    return talker


def post_to(db: Database, address: Address) -> list[OutboundMessage]:
    """What was put into the outbox for her, in order."""
    return [message for message in db.run_blocking(_posted) if message.to == address]


def _posted(uow: UnitOfWork) -> list[OutboundMessage]:
    keys = uow.connection.execute(select(outbox.c.key).order_by(outbox.c.seq)).scalars()
    return [message for key in keys if (message := uow.outbox.message(key)) is not None]
