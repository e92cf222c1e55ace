"""A channel that lets a bot speak only for a while: what waits, what announces it, and what never has to wait."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Edit, NotSent, Part, Reader, WindowClosed
from bot.clock import ManualClock
from bot.domain.people import Role
from bot.ids import Ids
from bot.messages import Address, Drawing, Line, OutboundMessage, Text
from bot.metrics import Metrics
from bot.services import sessions
from bot.workers.deliver import DeliverWorker
from storage.blobs import Blobs, LocalBlobStore
from storage.engine import Database
from storage.schema.runtime import outbox
from storage.unit_of_work import UnitOfWork
from tests.fakes import FakeChannel

HER = Address("whatsapp:+915550000001")
DAY = timedelta(hours=24)


class Bench:
    """The deliver worker with a channel that has sessions, and one person, who has never written."""

    def __init__(
        self, db: Database, clock: ManualClock, ids: Ids, folder: Path, channel: FakeChannel | None = None
    ) -> None:
        self.db, self.clock = db, clock
        self.channel = channel or FakeChannel("whatsapp")
        self.channel.capabilities = replace(self.channel.capabilities, edits=False, session=DAY)
        self.worker = DeliverWorker(
            db,
            {"whatsapp": self.channel},
            blobs=Blobs(db, LocalBlobStore(folder / "blobs"), ids),
            draw=_no_drawing,
            reader_for=lambda _u, address, _n: Reader(address, "en", _say),
            on_unreachable=lambda _u, _a, _n: None,
            clock=clock,
            metrics=Metrics(),
            taker="t",
        )
        db.run_blocking(self._enrol)

    def _enrol(self, uow: UnitOfWork) -> None:
        now = self.clock.now()
        person = uow.people.add("Dr Rao", language="en", roles=[Role.SPECIALIST], now=now)
        uow.people.add_address(person, HER, now)

    def put(self, key: str, **more: Any) -> None:
        message = OutboundMessage(HER, key, (Text(key),), **more)
        self.db.run_blocking(lambda u: u.outbox.put(message, self.clock.now()))

    def writes(self) -> int:
        return self.db.run_blocking(lambda u: sessions.heard(u, HER, self.clock.now()))

    async def quiet(self, *, seconds: float = 0) -> list[str]:
        """Work until nothing is due; what has reached her since it was last asked."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while True:
            while await self.worker.step(self.clock.now()):
                pass
            if self.clock.now() >= end:
                break
            self.clock.advance(timedelta(seconds=1))
        said = [one.text for one in self.channel.delivered]
        self.channel.delivered.clear()
        return said

    def states(self) -> Sequence[str]:
        query = outbox.select().order_by(outbox.c.seq)
        return self.db.run_blocking(lambda u: [row.state for row in u.connection.execute(query)])


async def _no_drawing(_drawing: Drawing) -> bytes:
    return b""


def _say(line: Line) -> str:
    assert isinstance(line, Text)
    return line.msgid


class _StartingChannel(FakeChannel):
    """Does not know what its account has before `knows`."""

    knows = False

    def render(
        self,
        message: OutboundMessage,
        *,
        reader: Reader,
        edit: Edit | None = None,
        repeat: Line | None = None,
    ) -> tuple[Part, ...]:
        if message.is_template and not self.knows:
            raise NotSent
        return super().render(message, reader=reader, edit=edit, repeat=repeat)


@pytest.fixture
def bench(db: Database, clock: ManualClock, ids: Ids, tmp_path: Path) -> Bench:
    return Bench(db, clock, ids, tmp_path)


async def test_what_waits_is_announced_and_follows_when_she_writes(bench: Bench) -> None:
    bench.put("card", about="card", opener="case")
    assert await bench.quiet(seconds=9) == ["whatsapp.case"]
    assert bench.writes() == 1
    assert await bench.quiet(seconds=9) == ["card"]


async def test_a_change_that_her_channel_can_not_make_is_no_news(bench: Bench) -> None:
    bench.put("card/taken", edits="card", edit_only=True)
    assert await bench.quiet(seconds=9) == []
    assert bench.states() == ["dropped"]


async def test_what_has_waited_for_days_is_tried_again_as_often_as_anything_new(bench: Bench) -> None:
    bench.put("report", opener="answer")
    await bench.quiet(seconds=9)
    bench.clock.advance(timedelta(days=2))
    bench.writes()
    bench.channel.answers = [NotSent(), NotSent()]
    assert await bench.quiet(seconds=30) == ["report"]


async def test_what_waits_again_is_announced_again_once_for_all_of_its_kind(bench: Bench) -> None:
    bench.put("card", about="card", opener="case", case_id="c" * 32)
    bench.put("pictures", about="card", opener="case", case_id="c" * 32)
    assert await bench.quiet(seconds=9) == ["whatsapp.case"]
    bench.writes()
    bench.channel.answers = [WindowClosed(), WindowClosed()]
    assert await bench.quiet(seconds=30) == ["whatsapp.case"]
    assert bench.states()[:2] == ["parked", "parked"]


async def test_what_a_service_that_just_started_can_not_announce_yet_is_announced_later(
    db: Database, clock: ManualClock, ids: Ids, tmp_path: Path
) -> None:
    channel = _StartingChannel("whatsapp")
    bench = Bench(db, clock, ids, tmp_path, channel)
    bench.put("card", about="card", opener="emergency")
    assert await bench.quiet(seconds=90) == []
    channel.knows = True
    assert await bench.quiet(seconds=60) == ["whatsapp.emergency"]
