"""The only place that builds concrete objects."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.channels.base import Channel
from bot.channels.phone.sms import SmsChannel
from bot.channels.phone.voice import VoiceChannel
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.poller import Poller
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.clock import Clock, SystemClock
from bot.contact_card import contact_card
from bot.control import socket_path
from bot.dialogues import ZONE, Dialogues, reader_for
from bot.domain.escalation import Way
from bot.drawings import Drawings
from bot.ids import Ids
from bot.language.catalogue import Catalogue
from bot.language.phrasebook import UnreviewedPolicy
from bot.language.shipped import shipped_catalogue
from bot.media_client import MediaClient
from bot.media_links import MediaLinks
from bot.messages import Drawing, Line, Text
from bot.metrics import Metrics
from bot.service import Health, Intake, Place, Service
from bot.settings import Settings
from bot.shared_media import SharedMedia
from bot.vendors import TelegramLink, Upkeep, WhatsAppContents, WhatsAppMissed
from bot.web import Door, Web, telegram_door, twilio_doors, twilio_sms_door, twilio_voice_door
from bot.workers.deliver import DeliverWorker, ReaderFor
from bot.workers.inbox import InboxWorker
from bot.workers.loop import Worker
from bot.workers.prepare import PrepareWorker
from bot.workers.retention import Retention
from bot.workers.schedule import ScheduleWorker
from storage import migrate
from storage.blobs import Blobs, LocalBlobStore
from storage.engine import Database, open_database
from storage.pace import SMS, TELEGRAM, VOICE, WHATSAPP
from storage.seal import Keyring, load_or_make_master_key, parse_master_key
from storage.unit_of_work import UnitOfWork

WEBHOOK_PATH = "/telegram/webhook"

_KEEP_PAYLOADS = timedelta(days=30)


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


def chats_of(settings: Settings) -> frozenset[str] | None:
    """The channels that people are written to by; None where none is set: tests bring their own."""
    given = {"telegram": settings.telegram_token, "whatsapp": settings.twilio_whatsapp_from}
    return frozenset(name for name, setting in given.items() if setting is not None) or None


def ways_of(settings: Settings) -> frozenset[Way]:
    """The ways beside the chat by which people are paged."""
    given = {Way.SMS: settings.twilio_sms_from, Way.VOICE: settings.twilio_voice_from}
    return frozenset(way for way, number in given.items() if number is not None)


def numbers_of(settings: Settings) -> tuple[str, ...]:
    """The numbers that calls and SMS come from (E.164), each once."""
    given = (settings.twilio_voice_from, settings.twilio_sms_from)
    return tuple(dict.fromkeys(number for number in given if number))


def open_store(settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None) -> Store:
    """Open and migrate; MasterKeyError, DatabaseTakenError or DatabaseUnreachableError say why it can't be."""
    ids = ids or Ids()
    keyring = read_keyring(settings, ids)
    database = open_database(
        settings.database, keyring=keyring, ids=ids, ways=ways_of(settings), chats=chats_of(settings)
    )
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
    return shipped_catalogue(UnreviewedPolicy(settings.unreviewed_phrases))


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
    account, token = twilio_account(settings)
    return WhatsAppChannel(
        account,
        token,
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


def build_sms(settings: Settings) -> SmsChannel | None:
    """The channel of SMS, None where no number sends them."""
    if settings.twilio_sms_from is None:
        return None
    account, token = twilio_account(settings)
    return SmsChannel(
        account,
        token,
        sender=settings.twilio_sms_from,
        api_url=settings.twilio_api_url,
        public_url=settings.own_url,
    )


def build_voice(settings: Settings, store: Store) -> VoiceChannel | None:
    """The channel of calls, None where no number makes them."""
    if settings.twilio_voice_from is None:
        return None
    account, token = twilio_account(settings)
    catalogue = build_catalogue(settings)

    def words(line: Line, language: str) -> str:
        return catalogue.render(line, language, store.clock.now(), zone=ZoneInfo(ZONE))

    return VoiceChannel(
        account,
        token,
        sender=settings.twilio_voice_from,
        api_url=settings.twilio_api_url,
        public_url=settings.own_url,
        words=words,
        key=store.keyring.derive("call keys"),
    )


def twilio_account(settings: Settings) -> tuple[str, str]:
    """Account and token; the settings have both wherever they name a number of Twilio's."""
    token = settings.twilio_auth_token
    return settings.twilio_account_sid or "", token.get_secret_value() if token else ""


Built = Mapping[str, TelegramChannel | WhatsAppChannel | SmsChannel | VoiceChannel]


def build_channels(settings: Settings, store: Store) -> Built:
    """Every channel that the settings name."""
    channels = (
        build_telegram(settings, store.keyring),
        build_whatsapp(settings, store),
        build_sms(settings),
        build_voice(settings, store),
    )
    return {channel.name: channel for channel in channels if channel is not None}


def control_socket(settings: Settings) -> Path | None:
    """Where the one service that has a SQLite database takes commands; None on PostgreSQL, which many may open."""
    return socket_path(settings.data_dir) if settings.is_sqlite else None


def build_service(settings: Settings, dialogues: Dialogues, *, store: Store, half: Half = Half()) -> Service:
    """The service, not yet started."""
    metrics = Metrics()
    built = build_channels(settings, store) if half.channels is None else {}
    channels: Mapping[str, Channel] = built if half.channels is None else half.channels
    media = half.media or MediaClient()
    blobs = Blobs(store.database, LocalBlobStore(settings.data_dir / "blobs"), store.ids)
    intake = Intake(store.database, metrics)
    health = Health(store.database, url=settings.database, clock=store.clock, metrics=metrics)
    draw = Drawings(store.database, blobs, media, card=contact_card(numbers_of(settings))).draw
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
    if isinstance(sms := parts.channels.get("sms"), SmsChannel):
        yield twilio_sms_door(sms, sms.is_genuine)
    if isinstance(voice := parts.channels.get("voice"), VoiceChannel):
        yield twilio_voice_door(voice, voice.is_genuine, kept=voice.kept, answer=voice.answer)


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
        paces={"telegram": TELEGRAM, "whatsapp": WHATSAPP, "voice": VOICE, "sms": SMS},
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
