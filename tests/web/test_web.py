import json
from collections.abc import Mapping
from urllib.parse import parse_qs

import httpx
import pytest

from bot.channels.base import Envelope, Received
from bot.channels.telegram.channel import TelegramChannel
from bot.clock import ManualClock
from bot.messages import Address
from bot.metrics import Metrics
from bot.web import BODY_LIMIT, Readiness, ServedFile, Web, telegram_door, twilio_doors
from tests.fakes import FakeChannel

SECRET = {"X-Telegram-Bot-Api-Secret-Token": "the-secret"}
UPDATE = {"update_id": 5, "message": {"chat": {"id": 1001}}}


class Edge:
    """The web edge over a memory inbox that can be out of order."""

    def __init__(self, clock: ManualClock) -> None:
        self.stored: list[Received] = []
        self.broken = False
        self.problems: dict[str, str] = {"database": ""}
        channel = TelegramChannel("4711:invented", api_url="http://127.0.0.1:9", key=b"k" * 16)
        web = Web(
            doors=(telegram_door(channel, "the-secret"),),
            receive=self.receive,
            readiness=self.readiness,
            metrics=Metrics(),
            clock=clock,
        )
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=web.app()), base_url="http://127.0.0.1"
        )

    async def receive(self, received: Received) -> None:
        if self.broken:
            raise OSError("disk full")
        self.stored.append(received)

    async def readiness(self) -> Readiness:
        return Readiness(self.problems)

    async def post(self, content: bytes, headers: Mapping[str, str] = SECRET) -> int:
        answer = await self.client.post("/telegram/webhook", content=content, headers=headers)
        return answer.status_code


@pytest.fixture
def edge(clock: ManualClock) -> Edge:
    return Edge(clock)


async def test_an_update_is_stored_as_it_came(edge: Edge, clock: ManualClock) -> None:
    raw = json.dumps(UPDATE).encode()
    assert await edge.post(raw) == 200
    (received,) = edge.stored
    assert (received.raw, received.received_at) == (raw, clock.now())
    assert (received.envelope.vendor_id, received.envelope.lane) == ("4711:5", "telegram:1001")


@pytest.mark.parametrize("headers", [{}, {"X-Telegram-Bot-Api-Secret-Token": "the-secre"}])
async def test_who_does_not_know_the_secret_gets_nothing_in(edge: Edge, headers: Mapping[str, str]) -> None:
    assert await edge.post(json.dumps(UPDATE).encode(), headers) == 401
    assert edge.stored == []


async def test_a_poisonous_update_is_taken_so_that_it_does_not_hold_up_its_chat(edge: Edge) -> None:
    assert await edge.post(b"\xff") == 200
    assert edge.stored == []


async def test_a_flood_in_one_body_is_refused(edge: Edge) -> None:
    assert await edge.post(b"x" * (BODY_LIMIT + 1)) == 413


async def test_what_could_not_be_stored_is_asked_for_again(edge: Edge) -> None:
    edge.broken = True
    assert await edge.post(json.dumps(UPDATE).encode()) == 503


async def test_readiness_says_what_is_wrong(edge: Edge) -> None:
    assert (await edge.client.get("/readyz")).status_code == 200
    edge.problems["database"] = "not writable"
    answer = await edge.client.get("/readyz")
    assert (answer.status_code, answer.json()["problems"]["database"]) == (503, "not writable")


async def test_health_and_metrics_answer(edge: Edge) -> None:
    assert (await edge.client.get("/healthz")).text == "ok\n"
    assert "scanrelay_failures" in (await edge.client.get("/metrics")).text


async def test_the_webhook_takes_posts_only(edge: Edge) -> None:
    assert (await edge.client.get("/telegram/webhook")).status_code == 405


# --- Twilio's doors and the links


def signed(target: str, body: bytes, signature: str) -> bool:
    return signature == f"{target}#{len(body)}"


class TwilioEdge:
    """The doors of a channel whose updates are forms, and one file behind a link."""

    def __init__(self, clock: ManualClock) -> None:
        self.stored: list[Received] = []
        web = Web(
            doors=twilio_doors(FormChannel(), signed),
            receive=self.receive,
            readiness=self.readiness,
            metrics=Metrics(),
            clock=clock,
            file_of=self.file_of,
        )
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=web.app()), base_url="http://127.0.0.1"
        )

    async def receive(self, received: Received) -> None:
        self.stored.append(received)

    async def readiness(self) -> Readiness:
        return Readiness({})

    async def file_of(self, token: str) -> ServedFile | None:
        return ServedFile(b"\xff\xd8picture", "image/jpeg") if token == "good" else None


class FormChannel(FakeChannel):
    """Its updates are forms with a MessageSid."""

    def envelope(self, raw: bytes) -> Envelope:
        return Envelope(parse_qs(raw.decode())["MessageSid"][0], Address("whatsapp:1"))


@pytest.mark.parametrize("path", ["/twilio/message", "/twilio/status?rc=5&x=%E0%A4%95"])
async def test_a_signed_form_is_stored_as_it_came(clock: ManualClock, path: str) -> None:
    edge = TwilioEdge(clock)
    raw = b"MessageSid=SM1&Body="
    answer = await edge.client.post(path, content=raw, headers={"X-Twilio-Signature": f"{path}#{len(raw)}"})
    assert answer.status_code == 200
    assert [(one.envelope.vendor_id, one.raw) for one in edge.stored] == [("SM1", raw)]


async def test_an_unsigned_form_gets_nothing_in(clock: ManualClock) -> None:
    edge = TwilioEdge(clock)
    answer = await edge.client.post("/twilio/message", content=b"MessageSid=SM1")
    assert (answer.status_code, edge.stored) == (401, [])


async def test_a_link_answers_head_and_get_alike(clock: ManualClock) -> None:
    edge = TwilioEdge(clock)
    head, got = await edge.client.head("/media/good"), await edge.client.get("/media/good")
    assert got.content == b"\xff\xd8picture"
    for answer in (head, got):
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["content-length"] == "9"
    assert (await edge.client.get("/media/bad")).status_code == 404
