"""`bot overhead`: CPU of the service for a relayed message, against a bare forwarder's for the same.

**A relayed message** is one request by which the bot says something to a person (`phones.SAYING`), counted at the
vendor, the same on both sides. The main job (a picture with its caption, the card, the answer, "understood", closed)
has 9 updates in and 16 relayed messages out; the calls that go along (getFile and the download, answerCallbackQuery)
belong to their cost on both sides.

**CPU** is user and system time of the whole process, all threads, from before the first update until half a second
after the last request: with the inbox, the handling, the outbox, the record of the vendor's answer, and whatever the
loops do meanwhile. The vendor and its phones run in another process; the media program is counted apart.
"""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench.child import Child, running
from tests.bench.figures import Figure, Round, load_now
from tests.bench.phones import Exchange, Request, exchange

GOAL = 2.0

_TOKEN = "7000001:invented-token-of-the-bench"
_SECRET = "invented-secret"
_RECORDING_QUIET = 0.5
_AFTERWARDS_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to measure: rounds after those to warm up, and cases in each half of a round."""

    rounds: int = 5
    cases: int = 4


@dataclass(frozen=True, slots=True)
class _Side:
    """A program and the vendor that it talks to; `wanted`: how many requests each step of the job has."""

    program: Child
    exchange: Exchange
    wanted: tuple[int, ...]

    async def play(self, cases: int) -> "_Spent":
        """So many cases, one after the other."""
        cpu, media = await self.program.cpu(), self.program.cpu_of_programs()
        before = len(self.exchange.requests)
        for _ in range(cases):
            await self.exchange.play(self.wanted)
        await asyncio.sleep(_AFTERWARDS_SECONDS)
        messages = sum(one.says for one in self.exchange.requests[before:])
        cpu, media = await self.program.cpu() - cpu, self.program.cpu_of_programs() - media
        return _Spent(messages, cpu=cpu, media=media, cases=cases)


@dataclass(frozen=True, slots=True)
class _Spent:
    messages: int
    cpu: float
    media: float
    cases: int

    @property
    def milliseconds(self) -> float:
        return self.cpu / self.messages * 1000


async def measure(folder: Path, effort: Effort) -> tuple[Figure, ...]:
    """The figure, for SQLite."""
    async with AsyncExitStack() as stack:
        ours, floor = await _sides(stack, folder)
        await ours.play(effort.cases)
        await floor.play(effort.cases)
        pairs = [(load_now(), await floor.play(effort.cases), await ours.play(effort.cases))
                 for _ in range(effort.rounds)]  # fmt: skip
    return (_figure(pairs, ours.wanted),)


def _figure(pairs: "Sequence[tuple[float, _Spent, _Spent]]", wanted: tuple[int, ...]) -> Figure:
    rounds = tuple(Round(low.milliseconds, high.milliseconds, load) for load, low, high in pairs)
    cases = sum(high.cases for _, _, high in pairs)
    return Figure(
        name="bot overhead, SQLite",
        unit="CPU ms/message",
        floor_is="a bare forwarder that makes the same requests for the same updates",
        rounds=rounds,
        goal=GOAL,
        at_least=False,
        counts={
            "relayed messages a case": sum(high.messages for _, _, high in pairs) / cases,
            "updates a case": len(wanted),
            "requests to the vendor a case": sum(wanted),
            "CPU ms of the service a case": 1000 * sum(high.cpu for _, _, high in pairs) / cases,
            "CPU ms of the media program a case, not in the ratio": (
                1000 * sum(high.media for _, _, high in pairs) / cases
            ),
        },
        notes=("A relayed message is one request by which the bot says something to a person.",),
    )


async def _sides(stack: AsyncExitStack, folder: Path) -> tuple[_Side, _Side]:
    """The service, one case of it recorded, and the forwarder that does the same."""
    at_ours = await stack.enter_async_context(exchange(_TOKEN))
    arguments = {"url": at_ours.url, "token": _TOKEN, "secret": _SECRET, "folder": str(folder / "service")}
    service = await stack.enter_async_context(running("whole", arguments, folder=folder))
    await at_ours.has_webhook()
    steps = await at_ours.record(quiet=_RECORDING_QUIET)
    wanted = tuple(len(step) for step in steps)

    at_floor = await stack.enter_async_context(exchange(_TOKEN))
    plan = _plan(steps, folder)
    arguments = {"url": at_floor.url, "token": _TOKEN, "secret": _SECRET, "plan": str(plan)}
    forwarder = await stack.enter_async_context(running("forwarder", arguments, folder=folder))
    return _Side(service, at_ours, wanted), _Side(forwarder, at_floor, wanted)


def _plan(steps: Sequence[Sequence[Request]], folder: Path) -> Path:
    """What the forwarder reads: the calls of each step, pictures beside it as files."""
    pictures = folder / "pictures"
    pictures.mkdir()
    path = folder / "plan.json"
    path.write_text(json.dumps([[_call(one, pictures) for one in step] for step in steps]), encoding="utf-8")
    return path


def _call(request: Request, pictures: Path) -> dict[str, object]:
    photo = ""
    if request.files:
        (upload,) = request.files.values()
        kept = pictures / f"{len(list(pictures.iterdir()))}.jpg"
        kept.write_bytes(upload.data)
        photo = str(kept)
    return {"method": request.method, "fields": dict(request.fields), "photo": photo}
