"""The vendor: all state of one Twilio account, without sockets of its own; routes and phones act on it.

Tests drive it directly: `vendor.phone("asha").send_text("hello")`, `await vendor.deliver(clock.now())`,
`vendor.log`, `vendor.faults.add(Fault(...))`, `vendor.move_window("asha", hours=1)`. What the bot asks for is
accepted at once and happens in `deliver`, as it does at Twilio.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.sandbox.errors import PhoneError

from .calls import Call, CallRequest
from .content import Contents
from .errors import refused
from .faults import Faults
from .inbound import Draft, inbound_fields, opt_out, status_fields
from .model import WHATSAPP, LogEntry, MediaFile, Message, Sids, Status
from .outgoing import Facts, Request, check, check_number, filled, on_screen, verdict
from .outside import MediaRefused, Outside
from .people import BOT_NUMBER, PEOPLE, PhoneSpec
from .phone import WhatsAppPhone
from .signing import Fields
from .store import MessageStore
from .switchboard import Switchboard
from .webhooks import Hook, Webhooks
from .window import Rates, Windows

ACCOUNT_SID = "AC" + "5a" * 16
AUTH_TOKEN = "sandbox-auth-token-for-this-machine-only"  # noqa: S105 - opens nothing but the sandbox


# Method, path, query and form; a JSON body is one field without a name.
RequestObserver = Callable[[str, str, Fields, Fields], None]


class TwilioVendor:
    """One account with one number for WhatsApp, SMS and calls."""

    def __init__(
        self, *, clock: Clock, phones: Iterable[PhoneSpec] = PEOPLE, account: str = ACCOUNT_SID,
        token: str = AUTH_TOKEN, number: str = BOT_NUMBER, url: str = "https://api.twilio.com",
        limits: bool = True,
    ) -> None:  # fmt: skip
        """`url` is put before the paths of MediaUrl0 (the real host unless changed); `limits` are WhatsApp's rates."""
        self.account = account
        self.token = token
        self.number = number
        self.url = url
        self.inbound_url = ""
        self.fallback_url = ""
        self.status_url = ""
        self.sids = Sids(account)
        self.store = MessageStore()
        self.contents = Contents(self.sids)
        self.faults = Faults()
        self.windows = Windows()
        self.rates = Rates(on=limits)
        self.outside = Outside(token)
        self.webhooks = Webhooks(self.outside, self.faults, _tokens=Sids(account))
        self.opted_out: set[str] = set()
        # A messaging service with Advanced Opt-Out says in the webhook that it acted on a word.
        self.tells_opt_out = False
        self.log: list[LogEntry] = []
        self.on_request: RequestObserver | None = None
        self.listeners: list[Callable[[str], None]] = []
        self.phones = {spec.id: WhatsAppPhone(spec, self) for spec in phones}
        self.switchboard = Switchboard(self)
        self._clock = clock
        self._waiting: list[Message] = []
        self._phone_seqs: dict[str, int] = {}

    # For everybody

    def now(self) -> datetime:
        """The vendor's clock."""
        return self._clock.now()

    def phone(self, name: str) -> WhatsAppPhone:
        """The phone with this id, for example "asha"."""
        if name not in self.phones:
            raise PhoneError("no such phone")
        return self.phones[name]

    def phone_of(self, number: str) -> WhatsAppPhone | None:
        """The phone with this number (E.164)."""
        return next((one for one in self.phones.values() if one.spec.number == number), None)

    def configure(self, *, inbound_url: str, status_url: str = "", fallback_url: str = "") -> None:
        """What the console has: where messages are posted, and statuses of what names no callback."""
        self.inbound_url, self.status_url, self.fallback_url = inbound_url, status_url, fallback_url

    def move_window(self, name: str, *, hours: float) -> None:
        """Let this phone's window close in `hours`; zero or less: it is closed."""
        self.windows.move(self.phone(name).spec.number, closes=self.now() + timedelta(hours=hours))
        self.tell(name)

    def tell(self, name: str) -> None:
        """Something changed at this phone ("" for anything else): wake the loop and the pages."""
        for listener in self.listeners:
            listener(name)

    def tick(self, now: datetime) -> None:
        """Let pass what the phones' networks have had time for."""
        for phone in self.phones.values():
            phone.pump(now)

    async def deliver(self, now: datetime) -> int:
        """Do all that is due at `now`, until quiet; returns how many webhooks the bot took."""
        taken = 0
        while True:
            self.tick(now)
            moved = await self._send_waiting(now) + await self.switchboard.step(now)
            posted, ok = await self.webhooks.deliver(now)
            taken += ok
            if not moved and not posted:
                return taken

    def next_due(self) -> datetime | None:
        """The earliest instant at which `deliver` has something to do."""
        times = [phone.next_due() for phone in self.phones.values()]
        times += [self.webhooks.next_due(), self.switchboard.next_due()]
        times += [one.at for one in self._waiting]
        return min((time for time in times if time), default=None)

    async def close(self) -> None:
        """Close the HTTP session."""
        await self.outside.close()

    # For the API

    def send(self, request: Request) -> Message:
        """Messages.create: raises what Twilio refuses at once; the rest happens in `deliver`."""
        check(request, frozenset({self.number, WHATSAPP + self.number}))
        if request.to in self.opted_out:
            raise refused(21610, "Attempt to send to unsubscribed recipient")
        if request.content_sid and self.contents.find(request.content_sid) is None:
            raise refused(21655, "The ContentSid is Invalid")
        message = Message(
            self.sids.new("MM" if request.media_urls else "SM"), request.sender, request.to, inbound=False,
            at=self.now(), body=request.body, media_url=next(iter(request.media_urls), ""),
            content_sid=request.content_sid, variables=request.variables,
            callback=request.callback or self.status_url,
        )  # fmt: skip
        self.store.keep(message)
        self._tell_status(message)
        self._waiting.append(message)
        self.tell("")
        return message

    def dial(self, request: CallRequest) -> Call:
        """Calls.create: raises what Twilio refuses at once; it rings in `deliver`."""
        check_number(request.to)
        if request.sender != self.number:
            raise refused(21210, f"The source phone number provided, {request.sender}, is not yet verified")
        if not (request.twiml or request.url):
            raise refused(21205, "Url parameter is required.")
        call = self.switchboard.dial(request)
        self.tell("")
        return call

    def note(self, channel: str, to: str, *, message: Message | None = None, text: str = "", sid: str = "",
             error: str = "") -> None:  # fmt: skip
        """Put an effect of the bot, or with `error` the lack of one, on the log."""
        phone = self.phone_of(to.removeprefix(WHATSAPP))
        name = phone.spec.id if phone else ""
        if not error:
            self._phone_seqs[name] = self._phone_seqs.get(name, 0) + 1
        media = message.media[0] if message and message.media else None
        self.log.append(
            LogEntry(
                len(self.log) + 1, self.now(), channel, to, name, 0 if error else self._phone_seqs[name],
                sid=message.sid if message else sid, text=message.shown if message else text,
                media=media.content_type if media else "", file_name=media.name if media else "",
                sha256=hashlib.sha256(media.data).hexdigest() if media else "",
                bytes=message.bytes if message else 0,
                buttons=tuple(one.title for one in message.buttons) if message else (),
                content_sid=message.content_sid if message else "", error=error,
            )
        )  # fmt: skip
        self.tell("")

    # For the phones

    def received_from(self, phone: WhatsAppPhone, draft: Draft, taken: Callable[[], None]) -> Message:
        """A phone's message is here: kept, the window opened, the webhook queued."""
        message = self._received(phone, draft)
        if not draft.sms:
            self.windows.wrote(phone.spec.number, self.now())
        stops = opt_out(message.body, sms=draft.sms)
        if stops is True:
            self.opted_out.add(message.sender)
        if stops is False:
            self.opted_out.discard(message.sender)
        fields = inbound_fields(self.account, self.url, message, draft=draft, by=phone.spec)
        if self.tells_opt_out and stops is not None:
            fields = (*fields, ("OptOutType", "STOP" if stops else "START"))
        self._hook(self.inbound_url, fields, "message", phone.spec.number, lane=message.sender, taken=taken)
        return message

    def reached(self, sid: str) -> None:
        """A phone has a message of the bot."""
        self._move(sid, Status.DELIVERED)

    def was_read(self, sid: str) -> None:
        """A person has read a message of the bot."""
        self._move(sid, Status.READ)

    def _received(self, phone: WhatsAppPhone, draft: Draft) -> Message:
        prefix = "" if draft.sms else WHATSAPP
        message = Message(
            self.sids.new("MM" if draft.file else "SM"), prefix + phone.spec.number, prefix + self.number,
            inbound=True, at=self.now(), body=draft.body, status=Status.RECEIVED, sent=self.now(),
        )  # fmt: skip
        if draft.file is None:
            return self.store.keep(message)
        file = draft.file
        made = MediaFile(
            self.sids.new("ME"), message.sid, file.content_type, message.at, file.data, file.name
        )
        return self.store.add_media(message, made)

    # What happens later

    async def _send_waiting(self, now: datetime) -> int:
        lanes: dict[str, list[Message]] = {}
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            lanes.setdefault(one.to, []).append(one)
        await asyncio.gather(*(self._send_lane(lane, now) for lane in lanes.values()))
        return len(waiting)

    async def _send_lane(self, lane: list[Message], now: datetime) -> None:
        for one in lane:
            ready = await self._ready(one, now)
            if isinstance(ready, int):
                failed = Status.FAILED if one.is_whatsapp else Status.UNDELIVERED
                self._move(one.sid, failed, error=ready)
                self.note(_channel(one), one.to, message=replace(one, shown=one.body), error=str(ready))
                continue
            self.store.keep(ready)
            self._move(one.sid, Status.SENT)
            self._show(self.store.find(one.sid) or ready)

    async def _ready(self, message: Message, now: datetime) -> Message | int:
        """The message as it goes to the phone, its file fetched; or the number with which it fails."""
        content = self.contents.find(message.content_sid)
        error = verdict(message, self._facts(message, now), now)
        if error:
            return error
        full = filled(message, content, now) if content else message
        if isinstance(full, int):
            return full
        if full.media_url:
            try:
                got = await self.outside.fetch(full.media_url)
            except MediaRefused as refusal:
                return refusal.code
            file = MediaFile(self.sids.new("ME"), full.sid, got.content_type, now, got.data, got.name)
            full = self.store.add_media(full, file)
        return replace(full, shown=on_screen(full))

    def _facts(self, message: Message, now: datetime) -> Facts:
        phone = self.phone_of(message.number)
        exists = phone is not None and (phone.spec.whatsapp or not message.is_whatsapp)
        in_window = self.windows.is_open(message.number, now)
        within = (
            not exists or not message.is_whatsapp or self.rates.take(message.sender, message.to, message.at)
        )
        return Facts(exists, in_window, within, self.contents.find(message.content_sid))

    def _show(self, message: Message) -> None:
        phone = self.phone_of(message.number)
        assert phone is not None
        self.note(_channel(message), message.to, message=message)
        if message.is_whatsapp:
            phone.show(message)
        else:
            phone.show_sms(message)

    def _move(self, sid: str, status: Status, *, error: int = 0) -> None:
        message = self.store.find(sid)
        # The bot may have deleted it meanwhile.
        if message is None:
            return
        sent = message.sent or (self.now() if status is Status.SENT else None)
        moved = replace(message, status=status, error=error, updated=self.now(), sent=sent)
        self._tell_status(self.store.keep(moved))

    def _tell_status(self, message: Message) -> None:
        fields = status_fields(self.account, message)
        self._hook(message.callback, fields, "status", message.number, lane=message.sid)

    def _hook(
        self, url: str, fields: Fields, route: str, number: str, *, lane: str,
        taken: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        fallback = self.fallback_url if route == "message" else ""
        self.webhooks.put(Hook(url, fields, route, number, lane, self.now(), fallback, taken))
        self.tell("")


def _channel(message: Message) -> str:
    return "whatsapp" if message.is_whatsapp else "sms"
