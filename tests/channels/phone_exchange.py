"""Calls and SMS of ours through the loopback Twilio: its phones ring, its webhooks come to our web edge over HTTP."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.channels.base import Channel, Received, Sent
from bot.channels.phone.sms import SmsChannel
from bot.channels.phone.voice import VoiceChannel
from bot.clock import ManualClock
from bot.messages import Address, Choice, InboundEvent, Line, OutboundMessage, Verbatim
from bot.metrics import Metrics
from bot.sandbox.twilio.app import build_app
from bot.sandbox.twilio.calls import Call
from bot.sandbox.twilio.phone import WhatsAppPhone
from bot.sandbox.twilio.signing import Fields
from bot.sandbox.twilio.vendor import TwilioVendor
from bot.serving import HttpServer
from bot.web import Readiness, Receive, Web, twilio_sms_door, twilio_voice_door
from tests.channels.reading import reader, say
from tests.channels.twilio_api import SPEC
from tests.twilio_spec import Call as SpecCall

RAO = Address("voice:+12025550111")
RAO_SMS = Address("sms:+12025550111")
KEY = b"a key invented for tests"
TAKE = Choice(Verbatim("Press 1."), "ack K7F3X")
DECLINE = Choice(Verbatim("Press 2."), "dec K7F3X")
CASE = OutboundMessage(RAO, "page/1", (Verbatim("A case waits."),), (TAKE, DECLINE), about="alert")


def words(line: Line, language: str) -> str:
    """Lines that the channel says of itself, with the language before them."""
    return f"{language}: {say(line)}"


@dataclass(slots=True)
class Exchange:
    """All of it; `stored` is what the inbox got."""

    vendor: TwilioVendor
    clock: ManualClock
    voice: VoiceChannel
    sms: SmsChannel
    url: str
    stored: list[Received] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def rao(self) -> WhatsAppPhone:
        return self.vendor.phone("rao")

    async def pages(self, message: OutboundMessage = CASE, **more: Any) -> Sent:
        """Place a call; it rings."""
        (part,) = self.voice.render(message, reader=reader(message.to), **more)
        sent = await self.voice.send(part, {})
        await self.passes(0)
        return sent

    async def writes(self, text: str, *, to: Address = RAO_SMS) -> Sent:
        """Send an SMS; it arrives."""
        (part,) = self.sms.render(OutboundMessage(to, "page/1/sms", (Verbatim(text),)), reader=reader(to))
        sent = await self.sms.send(part, {})
        await self.passes(0)
        return sent

    async def passes(self, seconds: float) -> None:
        await self.vendor.deliver(self.clock.advance(timedelta(seconds=seconds)))

    async def picks_up(self) -> Call:
        """Dr Rao answers and listens."""
        call = self.rao.line.answer()
        await self.passes(0)
        return call

    async def presses(self, key: str) -> Call:
        """Dr Rao answers and presses a key."""
        call = await self.picks_up()
        self.rao.line.press(key)
        await self.passes(0)
        return call

    def events(self) -> list[InboundEvent]:
        """What has been stored, understood."""
        channels: dict[str, Channel] = {"voice": self.voice, "sms": self.sms}
        return [channels[one.channel].parse(one.raw) for one in self.stored]

    def look(self, method: str, path: str, query: Fields, form: Fields) -> None:
        if SPEC is not None:
            self.problems += SPEC.problems(SpecCall(method, path, query, form))


@asynccontextmanager
async def exchange(clock: ManualClock, *, receive: Receive | None = None) -> AsyncIterator[Exchange]:
    """`receive` in place of a list that is asked for its `events`."""
    async with AsyncExitStack() as stack:
        vendor = TwilioVendor(clock=clock)
        stack.push_async_callback(vendor.close)
        api = await _served(stack, HttpServer(build_app(vendor), host="127.0.0.1", port=0))
        edge = _Edge(clock, receive)
        ours = await _served(stack, HttpServer(edge.app(), host="127.0.0.1", port=0))
        given: dict[str, Any] = {"sender": vendor.number, "api_url": api, "public_url": ours}
        voice = VoiceChannel(vendor.account, vendor.token, words=words, key=KEY, **given)
        sms = SmsChannel(vendor.account, vendor.token, **given)
        edge.open(voice, sms)
        for channel in (voice, sms):
            await channel.start()
            stack.push_async_callback(channel.stop)
        made = Exchange(vendor, clock, voice, sms, ours, edge.stored)
        vendor.on_request = made.look
        vendor.configure(inbound_url=f"{ours}/twilio/sms")
        yield made
        assert made.problems == []


async def _served(stack: AsyncExitStack, server: HttpServer) -> str:
    await server.start()
    stack.push_async_callback(server.stop)
    return f"http://127.0.0.1:{server.port}"


class _Edge:
    """Our web edge; its doors need the channels, and these need its address."""

    def __init__(self, clock: ManualClock, receive: Receive | None) -> None:
        self.stored: list[Received] = []
        self._clock = clock
        self._receive = receive or self._keep
        self._web: Any = None

    def open(self, voice: VoiceChannel, sms: SmsChannel) -> None:
        doors = (
            twilio_voice_door(voice, voice.is_genuine, kept=voice.kept, answer=voice.answer),
            twilio_sms_door(sms, sms.is_genuine),
        )
        web = Web(doors=doors, receive=self._receive, readiness=_ready, metrics=Metrics(), clock=self._clock)
        self._web = web.app()

    def app(self) -> Any:
        async def serve(scope: Any, receive: Any, send: Any) -> None:
            await self._web(scope, receive, send)

        return serve

    async def _keep(self, received: Received) -> None:
        self.stored.append(received)


async def _ready() -> Readiness:
    return Readiness({})
