"""The checks of `doctor` that need the network: vendors, the public address, and the clock against theirs."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.channels.telegram import setup as telegram_setup
from bot.channels.twilio.account import OwnNumber, account_status, find_number
from bot.channels.twilio.client import VENDOR_ERRORS
from bot.channels.whatsapp import setup as whatsapp_setup
from bot.channels.whatsapp.sender import Sender, Webhooks, find_sender, webhooks_at
from bot.channels.whatsapp.setup import APPROVED, CHANGED, MISSING, NOT_OFFERED, ContentState, Definition
from bot.control import PING, NobodyThereError, ask
from bot.findings import Finding, Patient, TwilioAccount, ok, problem, warning

MOST_SECONDS_OFF = 30
_WAIT = aiohttp.ClientTimeout(total=10)
_BUILT = datetime(2026, 11, 1, tzinfo=UTC)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SET_UP = "run `scanrelay setup whatsapp`"
_SEE_TWILIO = "could not be looked at: see twilio"
_NO_WHATSAPP = "no WhatsApp number is set"
_UNAUTHORIZED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


# --- Telegram


async def check_telegram(patient: Patient) -> Finding:
    """Reachable, the token known, the webhook where it should be."""
    if patient.telegram is None:
        if patient.twilio is not None:
            return ok("telegram", "not used")
        return warning("telegram", "no token is set: `scanrelay run` starts the sandbox instead")
    await patient.telegram.start()
    try:
        name = await telegram_setup.username(patient.telegram.bot)
        state = await telegram_setup.webhook_state(patient.telegram.bot)
    except telegram_setup.VENDOR_ERRORS as error:
        return problem(
            "telegram", f"does not answer ({type(error).__name__}); check the token and the network."
        )
    finally:
        await patient.telegram.stop()
    return _webhook(name, state, patient.webhook_url)


def _webhook(name: str, state: telegram_setup.WebhookState, expected: str | None) -> Finding:
    if state.url != (expected or ""):
        return problem(
            "telegram",
            f"@{name} sends its updates elsewhere; start the service or run `scanrelay setup telegram`.",
        )
    if state.last_error:
        return warning("telegram", f"@{name} could not deliver lately: {state.last_error}")
    return ok("telegram", f"@{name}, {state.pending} updates waiting")


# --- Twilio


async def check_twilio(patient: Patient) -> Finding:
    """Reachable, the credentials right, the account working."""
    account = patient.twilio
    if account is None:
        return ok("twilio", "no account is set")
    try:
        async with _connected(account) as client:
            status = await account_status(client)
    except VENDOR_ERRORS as error:
        return _unreachable(error)
    if status != "active":
        return problem("twilio", f"says that the account is {status}; Twilio's console says why.")
    return ok("twilio", "answers, the account is active")


def _connected(account: TwilioAccount) -> AbstractAsyncContextManager[Any]:
    return whatsapp_setup.connected(account.sid, account.token, api_url=account.api_url)


def _unreachable(error: Exception) -> Finding:
    if whatsapp_setup.status_of(error) in _UNAUTHORIZED:
        return problem(
            "twilio",
            "refuses these credentials; check SCANRELAY_TWILIO_ACCOUNT_SID and SCANRELAY_TWILIO_AUTH_TOKEN.",
        )
    return problem("twilio", f"does not answer ({type(error).__name__}); check the network and try again.")


async def check_numbers(patient: Patient) -> Finding:
    """The numbers that call and send SMS: ours, and able to."""
    account = patient.twilio
    if account is None or not (account.voice or account.sms):
        return ok("numbers", "none is set for calls or SMS")
    try:
        async with _connected(account) as client:
            voice = await find_number(client, account.voice) if account.voice else None
            sms = await find_number(client, account.sms) if account.sms else None
    except VENDOR_ERRORS:
        return warning("numbers", _SEE_TWILIO)
    return numbers_finding(account, voice, sms)


def numbers_finding(account: TwilioAccount, voice: OwnNumber | None, sms: OwnNumber | None) -> Finding:
    """A number that is not the account's, or can't do what it is for, is refused at each call or SMS."""
    unable = [
        f"SCANRELAY_TWILIO_{name}_FROM is {'not a number of this account' if found is None else f'not able to {what}'}"
        for name, number, found, able, what in (
            ("VOICE", account.voice, voice, voice is not None and voice.voice, "call"),
            ("SMS", account.sms, sms, sms is not None and sms.sms, "send SMS"),
        )
        if number and not able
    ]
    if unable:
        return problem("numbers", f"{'; '.join(unable)}: choose one under Phone Numbers in Twilio's console.")
    return ok("numbers", "ours, and able to do what they are for")


# --- WhatsApp through Twilio


async def check_whatsapp(patient: Patient) -> Finding:
    """The number working, and its messages brought here."""
    account = patient.twilio
    if account is None or not account.whatsapp:
        return ok("whatsapp", _NO_WHATSAPP)
    try:
        async with _connected(account) as client:
            sender = await find_sender(client, account.whatsapp)
    except VENDOR_ERRORS:
        return warning("whatsapp", _SEE_TWILIO)
    wanted = webhooks_at(patient.public_url or "")
    if sender is None:
        return warning(
            "whatsapp",
            f"Twilio's API does not list the number; see in its console that messages go to {wanted.message}",
        )
    return sender_finding(sender, wanted)


def sender_finding(sender: Sender, wanted: Webhooks) -> Finding:
    """How the number stands: whether it works, and whether its messages, reports and second tries come here."""
    if sender.status.partition(":")[0] != "ONLINE":
        return problem("whatsapp", f"the number is {sender.status}; its page in Twilio's console says why.")
    if "messages" in wanted.miss(sender.webhooks):
        return problem("whatsapp", f"its messages are brought elsewhere; {_SET_UP}.")
    if sender.webhooks != wanted:
        return warning("whatsapp", f"Twilio does not try often enough or sends no reports here; {_SET_UP}.")
    return ok("whatsapp", "the number works and its messages are brought here")


async def check_contents(patient: Patient) -> Finding:
    """The forms that buttons go out by."""
    if patient.twilio is None or not patient.twilio.whatsapp:
        return ok("buttons", _NO_WHATSAPP)
    states = await _looked_up(patient.twilio, whatsapp_setup.forms())
    if states is None:
        return warning("buttons", _SEE_TWILIO)
    missing = sum(state.approval in (MISSING, CHANGED) for state in states)
    if missing:
        return problem(
            "buttons", f"{missing} of {len(states)} forms are missing, so people type numbers; {_SET_UP}."
        )
    return ok("buttons", f"{len(states)} forms are there")


async def check_templates(patient: Patient) -> Finding:
    """The templates that open a chat after 24 hours, in every language."""
    if patient.twilio is None or not patient.twilio.whatsapp:
        return ok("templates", _NO_WHATSAPP)
    states = await _looked_up(patient.twilio, whatsapp_setup.templates(patient.twilio.texts))
    return warning("templates", _SEE_TWILIO) if states is None else templates_finding(states)


async def _looked_up(
    account: TwilioAccount, definitions: Iterable[Definition]
) -> tuple[ContentState, ...] | None:
    try:
        async with _connected(account) as client:
            return await whatsapp_setup.look(client, definitions)
    except VENDOR_ERRORS:
        return None


def templates_finding(states: Sequence[ContentState]) -> Finding:
    """What can't be sent is a problem; what waits or is sent in earlier words is not."""
    stuck = [
        one for one in states if (one.is_bad or one.approval in (MISSING, CHANGED)) and not one.meanwhile
    ]
    if stuck:
        return problem("templates", f"{_named(stuck)}; {_SET_UP}, it says what to do.")
    waiting = [one for one in states if one.approval not in (APPROVED, NOT_OFFERED)]
    if waiting:
        return warning("templates", f"{_named(waiting)}; `scanrelay setup whatsapp` says more")
    languages = sorted({one.language for one in states if one.approval == APPROVED})
    return ok("templates", f"all approved, in {', '.join(languages)}")


def _named(states: Sequence[ContentState]) -> str:
    return ", ".join(f"{one.name} in {one.language} is {_standing(one)}" for one in states)


def _standing(state: ContentState) -> str:
    return f"{state.approval} ({state.reason})" if state.reason else state.approval


# --- the public address


async def check_public_address(patient: Patient) -> Finding:
    """Vendors come through it: https, reachable, and it leads here."""
    url = patient.public_url
    if url is None:
        return ok("public address", "none is set; only polling Telegram does without")
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        return problem(
            "public address",
            "must begin with https://: put a proxy with a certificate in front and change SCANRELAY_PUBLIC_URL.",
        )
    try:
        answer = await _get(f"{url}/healthz")
    except aiohttp.ClientSSLError:
        return problem("public address", "has a certificate that is not accepted; renew it at the proxy.")
    except (aiohttp.ClientError, TimeoutError) as error:
        return problem(
            "public address",
            f"does not answer from here ({type(error).__name__}); check its name, the proxy and the firewall"
            " (a network that can't reach its own public address has to be tried from outside).",
        )
    return _led(answer, is_running=await _is_running(patient.control))


def _led(answer: "_Answer", *, is_running: bool) -> Finding:
    if answer.status == HTTPStatus.OK and answer.text.strip() == "ok":
        return ok("public address", "answers and leads to ScanRelay")
    if is_running:
        return problem(
            "public address",
            f"leads elsewhere (status {answer.status}); point its proxy to SCANRELAY_HOST and SCANRELAY_PORT.",
        )
    return warning(
        "public address", f"answers with status {answer.status}; look again once the service runs here"
    )


async def _is_running(control: Path | None) -> bool:
    if control is None:
        return False
    try:
        await ask(control, PING, {})
    except NobodyThereError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    text: str
    date: str


async def _get(url: str) -> _Answer:
    async with (
        aiohttp.ClientSession(timeout=_WAIT) as session,
        session.get(url, allow_redirects=False) as answer,
    ):
        text = (await answer.content.read(200)).decode(errors="replace")
        return _Answer(answer.status, text, answer.headers.get("Date", ""))


# --- the clock


async def check_clock(patient: Patient) -> Finding:
    """Rotas and reminders go by it; vendors say in every answer what time they think it is."""
    now = patient.clock.now()
    if now < _BUILT:
        return problem("clock", f"says {now:%Y-%m-%d %H:%M} UTC, which is in the past; set it (NTP).")
    off = [
        seconds
        for seconds in await asyncio.gather(*(_off(patient, url) for url in patient.vendor_urls))
        if seconds
    ]
    worst = max(off, key=abs, default=0.0)
    if abs(worst) > MOST_SECONDS_OFF:
        return problem(
            "clock",
            f"is {abs(worst):.0f} seconds {'ahead of' if worst > 0 else 'behind'} the vendors'; set it (NTP).",
        )
    return ok("clock", f"{now:%Y-%m-%d %H:%M} UTC{'' if off else ', compared with nobody'}")


async def _off(patient: Patient, url: str) -> float | None:
    """By how many seconds our clock is ahead of a vendor's; None where that is not known."""
    try:
        theirs = parsedate_to_datetime((await _get(url)).date)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None
    return (patient.clock.now() - theirs).total_seconds()
