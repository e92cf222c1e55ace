"""What the commands do, without saying it: they return values, and raise errors with a sentence."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.telegram import setup as telegram_setup
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.twilio.client import VENDOR_ERRORS, AskedToWaitError
from bot.channels.whatsapp import setup as whatsapp_setup
from bot.channels.whatsapp.sender import Sender, Webhooks, find_sender, set_webhooks, webhooks_at
from bot.channels.whatsapp.setup import ContentState
from bot.clock import SystemClock
from bot.control import PING, CommandError, NobodyThereError, ask, socket_path
from bot.dialogues import production_dialogues
from bot.doctor import examine as examine_patient
from bot.findings import Finding, Patient, TwilioAccount
from bot.ids import Ids
from bot.language.catalogue import Catalogue
from bot.logs import configure_logs
from bot.presenting import presentations, said, template_texts
from bot.running import run_until_signal
from bot.service import Service
from bot.serving import HttpServer, PortTakenError
from bot.settings import Settings, load_settings
from bot.side_door import SideDoor
from bot.training import WORLD, Invented, Sandbox
from bot.wiring import (
    Half,
    Store,
    build_catalogue,
    build_service,
    build_telegram,
    control_socket,
    open_store,
    read_keyring,
    webhook_secret,
    webhook_url,
)

Announce = Callable[[str], None]

ORG_IMPORT = "org_import"


# --- running ------------------------------------------------------------------------------------------------


async def run_service(
    settings: Settings, *, announce: Announce, web: bool = True, workers: bool = True
) -> None:
    """Run until a signal; `announce` is given the address when all is up."""
    configure_logs(json=not sys.stdout.isatty())
    store = open_store(settings)
    half = Half(web=web, workers=workers)
    service = build_service(settings, production_dialogues(), store=store, half=half)
    configure_logs(json=not sys.stdout.isatty(), dropped=service.metrics.log_fields_dropped.inc)
    port = None if web else settings.metrics_port

    async def started() -> None:
        announce(f"http://{settings.host}:{settings.port}")

    async with _side_door(service, settings.host, port):
        await run_until_signal(service, started=started)


@asynccontextmanager
async def _side_door(service: Service, host: str, port: int | None) -> AsyncIterator[None]:
    """Where workers alone say how they are; without a port nowhere."""
    if port is None:
        yield
        return
    server = HttpServer(SideDoor(service.metrics, SystemClock()).app(), host=host, port=port)
    try:
        await server.start()
    except PortTakenError:
        raise CommandError(f"port {port} is taken; set SCANRELAY_METRICS_PORT to another one.") from None
    try:
        yield
    finally:
        await server.stop()


async def run_training(settings: Settings, *, sandbox_port: int, announce: Announce) -> None:
    """Run beside a sandbox whose organisation is imported; `announce` is given the page's address."""
    configure_logs(json=not sys.stdout.isatty())
    await _refuse_second(settings)
    invented = Invented.by(Ids())
    sandbox = Sandbox(
        port=sandbox_port,
        token=invented.token,
        account_sid=invented.account_sid,
        auth_token=invented.auth_token,
    )
    await sandbox.start()
    try:
        trained = training_settings(settings, invented=invented, api_url=sandbox.url)
        await set_up_whatsapp(trained)
        _forget_last_training(trained)
        store = open_store(trained)
        dialogues = production_dialogues()
        service = build_service(trained, dialogues, store=store)

        async def started() -> None:
            if ORG_IMPORT in dialogues.commands:
                await service.command(ORG_IMPORT, {"toml": WORLD.read_text(), "training": True})
            announce(f"{sandbox.url}/")

        await run_until_signal(service, started=started)
    finally:
        await sandbox.stop()


async def _refuse_second(settings: Settings) -> None:
    """A second training would take the folder from under the first."""
    try:
        await ask(socket_path(training_folder(settings)), PING, {})
    except NobodyThereError:
        return
    raise CommandError("ScanRelay is already running here, beside its sandbox.")


def training_settings(settings: Settings, *, invented: Invented, api_url: str) -> Settings:
    """The operator's settings pointed at the sandbox, with a data folder of their own beside the real one."""
    return load_settings(
        **invented.telegram_settings(api_url),
        **invented.twilio_settings(api_url),
        public_url=f"http://127.0.0.1:{settings.port}",
        unreviewed_phrases="mark",
        data_dir=training_folder(settings),
    )


def training_folder(settings: Settings) -> Path:
    """What is tried out does not mix with what is real."""
    return settings.data_dir / "training"


def _forget_last_training(trained: Settings) -> None:
    """The sandbox's phones begin empty each time, so does the service; a database chosen by hand stays."""
    if trained.database_url is None:
        shutil.rmtree(trained.data_dir, ignore_errors=True)


# --- commands -----------------------------------------------------------------------------------------------


def migrate(settings: Settings) -> None:
    """Bring the database to the tables that this code knows; no service may have a SQLite one meanwhile."""
    open_store(settings).database.close()


def command(settings: Settings, name: str, arguments: Mapping[str, Any]) -> Any:
    """The result of a command, by the service that has the database or, where none has, on the opened database."""
    for place in _services(settings):
        try:
            return asyncio.run(ask(place, name, arguments))
        except NobodyThereError:
            continue
    store = open_store(_with_data(settings))
    try:
        return _run_here(store, name, arguments)
    finally:
        store.database.close()


def import_organisation(settings: Settings, toml_text: str) -> Mapping[str, Any]:
    """What was taken in; CommandError with everything that is wrong with the file."""
    result: Mapping[str, Any] = command(settings, ORG_IMPORT, {"toml": toml_text})
    if result["problems"]:
        raise CommandError("\n".join(["Nothing was imported.", *result["problems"]]))
    return result


def export_organisation(settings: Settings) -> str:
    """A file that the import takes."""
    return str(command(settings, "org_export", {})["toml"])


def revoke(settings: Settings, address: str, *, person: bool = False) -> int:
    """An address holds no more, or its whole person may do nothing any more; how many addresses she still has."""
    result: Mapping[str, Any] = command(settings, "org_revoke", {"address": address, "person": person})
    if result["problem"]:
        raise CommandError(result["problem"])
    return int(result["left"])


def invite(
    settings: Settings, *, role: str, facility: str, pool: str, name: str, person: str = ""
) -> Mapping[str, Any]:
    """`{code, telegram, whatsapp}` of a new invitation; a link is empty where its bot is not known.

    `person`: by name or address, somebody who is enrolled already.
    """
    arguments: dict[str, object] = {
        "role": role,
        "facility": facility,
        "pool": pool,
        "name": name,
        "person": person,
    }
    if links := asyncio.run(_bot_links(settings)):
        arguments["links"] = links
    result: Mapping[str, Any] = command(settings, "invite", arguments)
    if result["problem"]:
        raise CommandError(result["problem"])
    return {name: result[name] for name in ("code", "telegram", "whatsapp")}


async def _bot_links(settings: Settings) -> dict[str, str]:
    """By channel, what a code is appended to; without an answer from the vendor the code alone must do."""
    if settings.telegram_token is None:
        return {}
    token = settings.telegram_token.get_secret_value()
    # Asking for the name makes no key, and nothing is signed.
    telegram = TelegramChannel(token, api_url=settings.telegram_api_url, key=Ids().octets(32))
    await telegram.start()
    try:
        name = await telegram_setup.username(telegram.bot)
    except telegram_setup.VENDOR_ERRORS:
        return {}
    finally:
        await telegram.stop()
    return {"telegram": f"https://t.me/{name}?start="} if name else {}


def _services(settings: Settings) -> tuple[Path, ...]:
    folders = (settings.data_dir, training_folder(settings)) if settings.is_sqlite else ()
    return tuple(socket_path(folder) for folder in folders)


def _with_data(settings: Settings) -> Settings:
    """Without a channel and data of its own, what there is to look at is the last training's."""
    trained = training_folder(settings)
    only_trained = not settings.has_channel and not _has_data(settings)
    return load_settings(data_dir=trained) if only_trained and trained.exists() else settings


def _has_data(settings: Settings) -> bool:
    if settings.is_sqlite:
        return settings.database_url is not None or (settings.data_dir / "scanrelay.db").exists()
    return settings.master_key is not None or settings.key_file.exists()


def _run_here(store: Store, name: str, arguments: Mapping[str, Any]) -> object:
    found = production_dialogues().commands.get(name)
    if found is None:
        raise CommandError(f"there is no command {name}")
    now = store.clock.now()
    return store.database.run_blocking(lambda uow: found(uow, arguments, now))


# --- looking and telling ------------------------------------------------------------------------------------


async def examine(settings: Settings) -> tuple[Finding, ...]:
    """What `doctor` finds."""
    telegram = None
    if settings.telegram_token is not None:
        token = settings.telegram_token.get_secret_value()
        # Looking makes no key, and nothing is signed.
        telegram = TelegramChannel(token, api_url=settings.telegram_api_url, key=Ids().octets(32))
    catalogue = build_catalogue(settings)
    twilio = _twilio_account(settings, catalogue)
    urls = (settings.telegram_api_url if telegram else "", twilio.address if twilio else "")
    return await examine_patient(
        Patient(
            database_url=settings.database,
            data_dir=settings.data_dir,
            control=control_socket(settings),
            key_file=None if settings.master_key is not None else settings.key_file,
            telegram=telegram,
            webhook_url=webhook_url(settings),
            clock=SystemClock(),
            public_url=settings.public_url,
            twilio=twilio,
            names={name: said(catalogue, f"language.{name}", name) for name in catalogue.languages},
            vendor_urls=tuple(filter(None, urls)),
        )
    )


def _twilio_account(settings: Settings, catalogue: Catalogue) -> TwilioAccount | None:
    if settings.twilio_account_sid is None or settings.twilio_auth_token is None:
        return None
    sid, token = _twilio_credentials(settings)
    return TwilioAccount(
        sid=sid,
        token=token,
        api_url=settings.twilio_api_url,
        texts=template_texts(catalogue),
        whatsapp=settings.twilio_whatsapp_from or "",
        voice=settings.twilio_voice_from or "",
        sms=settings.twilio_sms_from or "",
    )


async def set_up_telegram(settings: Settings) -> str:
    """Tell Telegram webhook, commands and descriptions; the bot's name."""
    keyring = read_keyring(settings, Ids())
    telegram = build_telegram(settings, keyring)
    if telegram is None:
        raise CommandError("SCANRELAY_TELEGRAM_TOKEN is not set: there is no bot to set up.")
    await telegram.start()
    try:
        if (url := webhook_url(settings)) is not None:
            secret = webhook_secret(settings, keyring)
            await telegram_setup.set_webhook(telegram.bot, url=url, secret=secret)
        await telegram_setup.present(telegram.bot, presentations(build_catalogue(settings)))
        return await telegram_setup.username(telegram.bot)
    except telegram_setup.VENDOR_ERRORS as error:
        raise CommandError(f"Telegram refused or did not answer ({type(error).__name__}).") from None
    finally:
        await telegram.stop()


@dataclass(frozen=True, slots=True)
class WhatsAppSetUp:
    """How the account stands now; `sender` is None where the API does not list our number: the console has it."""

    templates: tuple[ContentState, ...]
    forms: tuple[ContentState, ...]
    webhooks: Webhooks
    sender: Sender | None

    @property
    def is_good(self) -> bool:
        """Whether nothing was rejected."""
        return not any(state.is_bad for state in (*self.templates, *self.forms))


async def set_up_whatsapp(settings: Settings) -> WhatsAppSetUp:
    """Make forms and templates, ask for approvals, tell the number its webhooks; again is as good as once."""
    if settings.twilio_whatsapp_from is None:
        raise CommandError(
            "SCANRELAY_TWILIO_WHATSAPP_FROM is not set: there is no WhatsApp number to set up."
        )
    try:
        return await _set_up_number(settings, settings.twilio_whatsapp_from)
    except AskedToWaitError as error:
        raise CommandError(
            f"Twilio asks to wait {error.seconds:.0f} seconds; then run this again, it goes on where it stopped."
        ) from None
    except VENDOR_ERRORS as error:
        raise CommandError(
            f"Twilio refused or did not answer ({type(error).__name__}); `scanrelay doctor` says what is wrong."
        ) from None


async def _set_up_number(settings: Settings, number: str) -> WhatsAppSetUp:
    texts = template_texts(build_catalogue(settings))
    wanted = webhooks_at(settings.own_url)
    async with whatsapp_setup.connected(
        *_twilio_credentials(settings), api_url=settings.twilio_api_url
    ) as client:
        sender = await find_sender(client, number)
        if sender is not None and sender.webhooks != wanted:
            await set_webhooks(client, sender, wanted)
        return WhatsAppSetUp(
            templates=await whatsapp_setup.provide(client, whatsapp_setup.templates(texts)),
            forms=await whatsapp_setup.provide(client, whatsapp_setup.forms()),
            webhooks=wanted,
            sender=sender,
        )


def _twilio_credentials(settings: Settings) -> tuple[str, str]:
    """Settings without both would not have been loaded."""
    assert settings.twilio_account_sid is not None
    assert settings.twilio_auth_token is not None
    return settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value()
