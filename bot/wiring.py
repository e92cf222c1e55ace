"""The only place that builds concrete objects."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.base import Channel, Reader
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.poller import Poller
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.clock import Clock, SystemClock
from bot.control import socket_path
from bot.domain.case import AttachmentState
from bot.drawings import Drawings
from bot.ids import Ids
from bot.language.catalogue import Catalogue, shipped_languages
from bot.language.folder import LOCALES
from bot.language.phrasebook import UnreviewedPolicy, load_phrasebook
from bot.language.words import load_vocabulary
from bot.media_client import MediaClient
from bot.media_links import MediaLinks
from bot.messages import Address, Drawing, InboundEvent, Line, Text, channel_of
from bot.metrics import Metrics
from bot.service import Command, Health, Intake, Place, Service
from bot.services import organisation, truths
from bot.services.referrals import expire
from bot.settings import Settings, SettingsError
from bot.shared_media import SharedMedia
from bot.vendors import Links, TelegramLink, Upkeep, WhatsAppContents, WhatsAppMissed
from bot.web import Door, Web, telegram_door, twilio_doors
from bot.workers.deliver import DeliverWorker, OnUnreachable, ReaderFor
from bot.workers.inbox import Dispatch, InboxWorker
from bot.workers.loop import Worker
from bot.workers.prepare import Load, Outcome, PrepareWorker, Save, Stored, ToFetch, Unusable
from bot.workers.retention import Expire, Retention
from bot.workers.schedule import ScheduleWorker
from handlers.dispatch import dead_letter, dispatch, language_of, unreachable
from handlers.turn import Knowledge
from storage import migrate
from storage.blobs import Blobs, LocalBlobStore
from storage.engine import Database, open_database
from storage.pace import TELEGRAM, WHATSAPP
from storage.seal import Keyring, load_or_make_master_key, parse_master_key
from storage.unit_of_work import UnitOfWork

WEBHOOK_PATH = "/telegram/webhook"

ZONE = "Asia/Kolkata"
"""Where people read who have no zone of their own (specialists abroad come with their pool's)."""

_KEEP_PAYLOADS = timedelta(days=30)


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


@dataclass(frozen=True, slots=True)
class Store:
    """What is kept, opened; for the service, and for commands that run without one."""

    database: Database
    keyring: Keyring
    ids: Ids
    clock: Clock


@dataclass(frozen=True, slots=True)
class Half:
    """Which part of the service a process runs, and what tests put in place of the real channels."""

    web: bool = True
    workers: bool = True
    channels: Mapping[str, Channel] | None = None
    media: MediaClient | None = None


def open_store(settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None) -> Store:
    """Open and migrate; MasterKeyError, DatabaseTakenError or DatabaseUnreachableError say why it can't be."""
    ids = ids or Ids()
    keyring = read_keyring(settings, ids)
    database = open_database(settings.database, keyring=keyring, ids=ids, chats=settings.chats)
    try:
        if database.exclusive:
            # The writer switches a new file to WAL, which SQLite refuses while the migrations have it open.
            database.run_blocking(_nothing)
        migrate.upgrade(settings.database)
    except BaseException:
        database.close()
        raise
    return Store(database, keyring, ids, clock or SystemClock())


def _nothing(_uow: UnitOfWork) -> None:
    """An empty transaction: when it is done the writer is connected."""


def read_keyring(settings: Settings, ids: Ids) -> Keyring:
    """The master key's, made on first use where no key is given; MasterKeyError for one that is none."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.master_key is not None:
        return Keyring(parse_master_key(settings.master_key.get_secret_value()))
    return Keyring(load_or_make_master_key(settings.key_file, ids))


def build_catalogue(settings: Settings) -> Catalogue:
    """All texts, as this deployment shows unreviewed ones."""
    policy = UnreviewedPolicy(settings.unreviewed_phrases)
    return Catalogue(LOCALES, load_phrasebook(LOCALES / "phrases"), policy=policy)


def build_telegram(settings: Settings, keyring: Keyring) -> TelegramChannel | None:
    """The Telegram channel, None where no token is set."""
    if settings.telegram_token is None:
        return None
    token = settings.telegram_token.get_secret_value()
    return TelegramChannel(token, api_url=settings.telegram_api_url, key=keyring.derive("telegram buttons"))


def whatsapp_link(number: str) -> str:
    """What an invitation's code is appended to: it opens a chat with the words to send."""
    return f"https://wa.me/{number.lstrip('+')}?text=JOIN%20"


def webhook_secret(settings: Settings, keyring: Keyring) -> str:
    """What Telegram has to show at the webhook."""
    if settings.telegram_secret is not None:
        return settings.telegram_secret.get_secret_value()
    return keyring.derive("telegram webhook").hex()


def webhook_url(settings: Settings) -> str | None:
    """Where Telegram posts its updates; None where it is polled."""
    return f"{settings.own_url}{WEBHOOK_PATH}" if settings.uses_webhook else None


def build_whatsapp(settings: Settings, store: Store) -> WhatsAppChannel | None:
    """The WhatsApp channel, None where no number is set."""
    if settings.twilio_whatsapp_from is None:
        return None
    links = build_media_links(settings, store)
    return WhatsAppChannel(
        settings.twilio_account_sid or "",
        settings.twilio_auth_token.get_secret_value() if settings.twilio_auth_token else "",
        sender=settings.twilio_whatsapp_from,
        api_url=settings.twilio_api_url,
        public_url=settings.own_url,
        media_url=lambda subject: links.url(subject, store.clock.now()),
        list_label=Text("whatsapp.choose"),
        key=store.keyring.derive("whatsapp buttons"),
    )


def build_media_links(settings: Settings, store: Store) -> MediaLinks:
    """Links under which vendors fetch what is sent."""
    return MediaLinks(store.keyring.derive("media links"), base_url=settings.own_url, ids=store.ids)


Built = Mapping[str, TelegramChannel | WhatsAppChannel]


def build_channels(settings: Settings, store: Store) -> Built:
    """Every channel that the settings name."""
    channels = (build_telegram(settings, store.keyring), build_whatsapp(settings, store))
    return {channel.name: channel for channel in channels if channel is not None}


def control_socket(settings: Settings) -> Path | None:
    """Where the one service that has a SQLite database takes commands; None on PostgreSQL, which many may open."""
    return socket_path(settings.data_dir) if settings.is_sqlite else None


def build_service(settings: Settings, dialogues: Dialogues, *, store: Store, half: Half = Half()) -> Service:
    """The service, not yet started; SettingsError for what this version can't carry out."""
    if settings.twilio_voice_from or settings.twilio_sms_from:
        raise SettingsError(
            "Calls and SMS are not connected in this version yet: unset SCANRELAY_TWILIO_VOICE_FROM and _SMS_FROM."
        )
    metrics = Metrics()
    built = build_channels(settings, store) if half.channels is None else {}
    channels: Mapping[str, Channel] = built if half.channels is None else half.channels
    media = half.media or MediaClient()
    blobs = Blobs(store.database, LocalBlobStore(settings.data_dir / "blobs"), store.ids)
    intake = Intake(store.database, metrics)
    health = Health(store.database, url=settings.database, clock=store.clock, metrics=metrics)
    draw = Drawings(store.database, blobs, media).draw
    parts = _Parts(settings, store, dialogues, channels, blobs, draw, media, metrics)
    if settings.twilio_whatsapp_from is not None:
        dialogues.links.whatsapp = whatsapp_link(settings.twilio_whatsapp_from)
    return Service(
        place=Place(settings.host, settings.port, control_socket(settings)),
        database=store.database,
        connections=tuple(built.values()),
        workers=_workers(parts, build_catalogue(settings)) if half.workers else (),
        retention=_retention(parts),
        web=_web(parts, intake, health) if half.web else None,
        health=health,
        media=media,
        commands=dialogues.commands,
        upkeep=tuple(_upkeep(parts, built, intake, health, half)),
        clock=store.clock,
        metrics=metrics,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """What several of the objects share."""

    settings: Settings
    store: Store
    dialogues: Dialogues
    channels: Mapping[str, Channel]
    blobs: Blobs
    draw: Callable[[Drawing], Awaitable[bytes]]
    media: MediaClient
    metrics: Metrics


def _upkeep(parts: _Parts, built: Built, intake: Intake, health: Health, half: Half) -> Iterator[Upkeep]:
    """What goes on with the vendors of the channels built here."""
    telegram, whatsapp = built.get("telegram"), built.get("whatsapp")
    if isinstance(telegram, TelegramChannel):
        yield _telegram_link(parts, telegram, intake, health, takes_updates=half.web)
    if isinstance(whatsapp, WhatsAppChannel):
        if half.workers:
            yield WhatsAppContents(whatsapp)
        if half.web:
            store = parts.store
            yield WhatsAppMissed(whatsapp, database=store.database, receive=intake.receive, clock=store.clock)


def _telegram_link(
    parts: _Parts, telegram: TelegramChannel, intake: Intake, health: Health, *, takes_updates: bool
) -> TelegramLink:
    url = webhook_url(parts.settings)
    if takes_updates and url is None:
        health.poller = Poller(
            telegram.updates(), envelope=telegram.envelope, receive=intake.receive, clock=parts.store.clock
        )
    return TelegramLink(
        telegram,
        links=parts.dialogues.links,
        webhook_url=url,
        secret=webhook_secret(parts.settings, parts.store.keyring),
        poller=health.poller,
        takes_updates=takes_updates,
    )


def _retention(parts: _Parts) -> Retention:
    return Retention(
        parts.store.database,
        blobs=parts.blobs,
        keep_payloads=_KEEP_PAYLOADS,
        expire=parts.dialogues.expire,
        metrics=parts.metrics,
    )


def _web(parts: _Parts, intake: Intake, health: Health) -> Web:
    store = parts.store
    shared = SharedMedia(
        store.database,
        build_media_links(parts.settings, store),
        blobs=parts.blobs,
        draw=parts.draw,
        clock=store.clock,
    )
    return Web(
        doors=tuple(_doors(parts)),
        receive=intake.receive,
        readiness=health.readiness,
        metrics=parts.metrics,
        clock=store.clock,
        file_of=shared.file_of,
    )


def _doors(parts: _Parts) -> Iterator[Door]:
    if (telegram := parts.channels.get("telegram")) is not None:
        yield telegram_door(telegram, webhook_secret(parts.settings, parts.store.keyring))
    if isinstance(whatsapp := parts.channels.get("whatsapp"), WhatsAppChannel):
        yield from twilio_doors(whatsapp, whatsapp.is_genuine)


def _workers(parts: _Parts, catalogue: Catalogue) -> tuple[Worker, ...]:
    taker = parts.store.database.appear()
    return (
        _inbox(parts, taker),
        _deliver(parts, taker, reader_for(catalogue, parts.dialogues)),
        _prepare(parts, taker),
        ScheduleWorker(parts.store.database),
    )


def _inbox(parts: _Parts, taker: str) -> InboxWorker:
    return InboxWorker(
        parts.store.database,
        parts.channels,
        dispatch=parts.dialogues.dispatch,
        on_dead=parts.dialogues.on_dead,
        metrics=parts.metrics,
        taker=taker,
    )


def _deliver(parts: _Parts, taker: str, reader_of: ReaderFor) -> DeliverWorker:
    return DeliverWorker(
        parts.store.database,
        parts.channels,
        blobs=parts.blobs,
        draw=parts.draw,
        reader_for=reader_of,
        on_unreachable=parts.dialogues.on_unreachable,
        clock=parts.store.clock,
        metrics=parts.metrics,
        taker=taker,
        paces={"telegram": TELEGRAM, "whatsapp": WHATSAPP},
    )


def _prepare(parts: _Parts, taker: str) -> PrepareWorker:
    return PrepareWorker(
        parts.store.database,
        parts.channels,
        blobs=parts.blobs,
        media=parts.media,
        load=parts.dialogues.load,
        save=parts.dialogues.save,
        clock=parts.store.clock,
        ids=parts.store.ids,
        metrics=parts.metrics,
        taker=taker,
    )


def reader_for(catalogue: Catalogue, dialogues: Dialogues) -> ReaderFor:
    """Who reads at an address, with the catalogue as the voice."""

    def find(uow: UnitOfWork, address: Address, now: datetime) -> Reader:
        tongue = dialogues.tongue_of(uow, address)
        zone = ZoneInfo(tongue.zone)

        def say(line: Line) -> str:
            return catalogue.render(line, tongue.language, now, zone=zone)

        return Reader(address, tongue.language, say)

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
        vocabulary=load_vocabulary(LOCALES / "words"),
        phrasebook=load_phrasebook(LOCALES / "phrases"),
        languages=shipped_languages(LOCALES),
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
        tongue_of=lambda uow, address: Tongue(language_of(uow, address), ZONE),
        commands={"audit_check": audit_check, **organisation_commands(links)},
        links=links,
    )


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
    address = uow.people.contact(attachment.sender_id)
    wanted = attachment.state is AttachmentState.FETCHING and not attachment.removed
    if case is None or address is None or not wanted:
        return None
    source = uow.attachments.source(attachment_id)
    return ToFetch(source, source.channel or channel_of(address), case.id)


def _save_attachment(uow: UnitOfWork, attachment_id: str, outcome: Outcome, _now: datetime) -> None:
    match outcome:
        case Stored():
            uow.attachments.ready(
                attachment_id, original=outcome.original, master=outcome.master, preview=outcome.preview
            )
        case Unusable():
            uow.attachments.refuse(attachment_id, outcome.reason)
