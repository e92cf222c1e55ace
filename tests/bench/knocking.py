"""Telegram's side of a webhook, as cheap as it goes: open connections that post update after update."""

import asyncio
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass

_CHATS = 500
_FIRST_CHAT = 1_000_000_000
_CONNECT_AT_ONCE = 64

# A photo with a caption as the Bot API posts it (Update, Message, PhotoSize); people and ids are invented.
_UPDATE = (
    '{"update_id":%(update)d,"message":{"message_id":%(message)d,"from":{"id":%(chat)d,"is_bot":false,'
    '"first_name":"Asha","last_name":"Example","username":"asha_example","language_code":"hi"},'
    '"chat":{"id":%(chat)d,"first_name":"Asha","last_name":"Example","username":"asha_example","type":"private"},'
    '"date":1795500000,"photo":['
    '{"file_id":"AgACAgUAAxkBAAIBZ2X%(update)dinventedinventedinventedinventedinventedAANzAAM2BA",'
    '"file_unique_id":"AQADinvented%(update)dR4","file_size":1402,"width":90,"height":67},'
    '{"file_id":"AgACAgUAAxkBAAIBZ2X%(update)dinventedinventedinventedinventedinventedAANtAAM2BA",'
    '"file_unique_id":"AQADinvented%(update)dRy","file_size":19311,"width":320,"height":240},'
    '{"file_id":"AgACAgUAAxkBAAIBZ2X%(update)dinventedinventedinventedinventedinventedAAN4AAM2BA",'
    '"file_unique_id":"AQADinvented%(update)dRx","file_size":84125,"width":800,"height":600},'
    '{"file_id":"AgACAgUAAxkBAAIBZ2X%(update)dinventedinventedinventedinventedinventedAAN5AAM2BA",'
    '"file_unique_id":"AQADinvented%(update)dRz","file_size":171806,"width":1280,"height":960}],'
    '"caption":"45 M chest cough 3 weeks urgent \\u0916\\u093e\\u0902\\u0938\\u0940"}}'
)


@dataclass(frozen=True, slots=True)
class Knocks:
    """What came of a round: how many were answered 200, and in how many seconds."""

    accepted: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.accepted / self.seconds


class Updates:
    """Requests with updates that were never posted before."""

    def __init__(self, port: int, secret: str, *, path: str = "/telegram/webhook") -> None:
        """`secret`: what shows that it is the vendor."""
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Accept-Encoding: gzip, deflate\r\nX-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
        )
        self._numbers = itertools.count(100_000_001)

    def __iter__(self) -> Iterator[bytes]:
        """Chats take turns, so that many write at once."""
        for number in self._numbers:
            names = {"update": number, "message": number, "chat": _FIRST_CHAT + number % _CHATS}
            body = _UPDATE % names
            yield f"{self._head}{len(body)}\r\n\r\n{body}".encode()


async def knock(updates: Updates, *, port: int, connections: int, seconds: float) -> Knocks:
    """Post from so many connections for so long, each waiting for its answer before the next.

    Whatever is not answered 200 is an error: a rate of refusals says nothing.
    """
    loop = asyncio.get_running_loop()
    round_ = _Round(iter(updates))
    for begin in range(0, connections, _CONNECT_AT_ONCE):
        opened = min(_CONNECT_AT_ONCE, connections - begin)
        knockers = [_Knocker(round_) for _ in range(opened)]
        await asyncio.gather(
            *(loop.create_connection(lambda one=one: one, "127.0.0.1", port) for one in knockers)
        )
        round_.knockers += knockers
    begun = time.perf_counter()
    round_.begin(until=begun + seconds)
    await asyncio.gather(*(one.done for one in round_.knockers))
    return Knocks(round_.accepted, time.perf_counter() - begun)


class _Round:
    def __init__(self, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.knockers: list[_Knocker] = []
        self.accepted = 0
        self.until = 0.0

    def begin(self, *, until: float) -> None:
        self.until = until
        for one in self.knockers:
            one.post()


class _Knocker(asyncio.Protocol):
    """One connection."""

    def __init__(self, round_: _Round) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._round = round_
        self._heard = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def post(self) -> None:
        assert self._transport is not None
        self._transport.write(next(self._round.requests))

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if not self._heard.endswith(b"\r\n\r\n"):
            return
        status, self._heard = self._heard[9:12], b""
        if status != b"200":
            self._end(ConnectionError(f"a webhook was answered {status.decode()}"))
            return
        self._round.accepted += 1
        if time.perf_counter() < self._round.until:
            self.post()
        else:
            self._end(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the service closed the connection"))

    def _end(self, error: Exception | None) -> None:
        assert self._transport is not None
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)
        self._transport.close()
