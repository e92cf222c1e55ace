"""What the layers above storage do when workers and operators ask: events to dialogues, attachments, commands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.base import Reader
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.domain.case import AttachmentState
from bot.language.catalogue import Catalogue, shipped_languages
from bot.language.folder import LOCALES
from bot.language.shipped import shipped_phrasebook, shipped_vocabulary
from bot.messages import Address, InboundEvent, Line, channel_of
from bot.service import Command
from bot.services import organisation, truths
from bot.services.referrals import expire
from bot.vendors import Links
from bot.workers.deliver import OnUnreachable, ReaderFor
from bot.workers.inbox import Dispatch
from bot.workers.prepare import Load, Outcome, Save, Stored, ToFetch, Unusable
from bot.workers.retention import Expire
from handlers.answers import language_of
from handlers.dispatch import dead_letter, dispatch, unreachable
from handlers.turn import Knowledge
from storage.unit_of_work import UnitOfWork

ZONE = "Asia/Kolkata"
"""Where people read who have no zone of their own (specialists abroad come with their pool's)."""

_CHATS = (TelegramChannel, WhatsAppChannel)


@dataclass(frozen=True, slots=True)
class Tongue:
    """In which language and time zone somebody reads."""

    language: str
    zone: str


@dataclass(frozen=True, slots=True)
class Dialogues:
    """What the layers above storage do when workers and operators ask."""

    dispatch: Dispatch
    on_dead: Dispatch
    on_unreachable: OnUnreachable
    load: Load
    save: Save
    expire: Expire
    tongue_of: Callable[[UnitOfWork, Address], Tongue]
    commands: Mapping[str, Command]
    links: Links


def reader_for(catalogue: Catalogue, dialogues: Dialogues) -> ReaderFor:
    """Who reads at an address, with the catalogue as the voice."""

    def find(uow: UnitOfWork, address: Address, now: datetime) -> Reader:
        tongue = dialogues.tongue_of(uow, address)
        zone = ZoneInfo(tongue.zone)

        def say(line: Line) -> str:
            return catalogue.render(line, tongue.language, now, zone=zone)

        def whole(body: Sequence[Line]) -> tuple[Line, ...]:
            return catalogue.whole(body, tongue.language)

        return Reader(address, tongue.language, say, whole)

    return find


def audit_check(uow: UnitOfWork, _arguments: Mapping[str, Any], now: datetime) -> object:
    """The audit chain and the other truths of a live database."""
    chain = uow.audit.verify()
    broken = truths.check(uow, now)
    return {
        "ok": not broken,
        "entries": chain if isinstance(chain, int) else None,
        "broken": [{"truth": one.truth, "subject": one.subject} for one in broken],
    }


def production_dialogues() -> Dialogues:
    """The dialogues of the service."""
    known = Knowledge(
        vocabulary=shipped_vocabulary(),
        phrasebook=shipped_phrasebook(),
        languages=shipped_languages(LOCALES),
        channels=tuple((channel.name, channel.capabilities) for channel in _CHATS),
    )
    links = Links()

    def handle(uow: UnitOfWork, event: InboundEvent, now: datetime) -> None:
        dispatch(uow, event, now, knowledge=replace(known, bot_links=links.known()))

    return Dialogues(
        dispatch=handle,
        on_dead=dead_letter,
        on_unreachable=unreachable,
        load=_load_attachment,
        save=_save_attachment,
        expire=expire,
        tongue_of=_tongue_of,
        commands={"audit_check": audit_check, **organisation_commands(links)},
        links=links,
    )


def _tongue_of(uow: UnitOfWork, address: Address) -> Tongue:
    person = uow.people.by_address(address)
    zone = uow.pools.timezone_of(person.id) if person else None
    return Tongue(language_of(uow, address), zone or ZONE)


def organisation_commands(links: Links) -> Mapping[str, Command]:
    """What operators ask of people and the organisation."""

    def invite(uow: UnitOfWork, arguments: Mapping[str, Any], now: datetime) -> object:
        return organisation.invite(uow, {"links": links.known(), **arguments}, now)

    return {
        "org_import": organisation.org_import,
        "org_export": organisation.org_export,
        "org_revoke": organisation.revoke,
        "invite": invite,
    }


def _load_attachment(uow: UnitOfWork, attachment_id: str) -> ToFetch | None:
    attachment = uow.attachments.get(attachment_id)
    case = uow.cases.find(attachment.case_id)
    wanted = attachment.state is AttachmentState.FETCHING and not attachment.removed
    if case is None or not wanted:
        return None
    source = uow.attachments.source(attachment_id)
    address = uow.people.contact(attachment.sender_id)
    # What she sent before her phone was lost is still there to be fetched.
    channel = source.channel or (channel_of(address) if address else "")
    return ToFetch(source, channel, case.id) if channel else None


def _save_attachment(uow: UnitOfWork, attachment_id: str, outcome: Outcome, _now: datetime) -> None:
    match outcome:
        case Stored():
            uow.attachments.ready(
                attachment_id, original=outcome.original, master=outcome.master, preview=outcome.preview
            )
        case Unusable():
            uow.attachments.refuse(attachment_id, outcome.reason)
