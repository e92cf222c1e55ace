import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.base import FetchFailed, NotSent, OutcomeUnknown, Reader, Rejected, Throttled, Unreachable
from bot.clock import ManualClock
from bot.ids import Ids
from bot.messages import (
    Address,
    Attachment,
    AttachmentReady,
    AttachmentRefused,
    Choice,
    Drawing,
    InboundEvent,
    Line,
    MessageFailed,
    MessageReceived,
    OutboundMessage,
    Text,
    Verbatim,
)
from bot.metrics import Metrics
from bot.workers.deliver import DeliverWorker
from bot.workers.inbox import InboxWorker
from bot.workers.prepare import PrepareWorker, Stored, ToFetch, Unusable
from storage.blobs import Blobs, LocalBlobStore
from storage.engine import Database
from storage.unit_of_work import UnitOfWork
from tests.fakes import FakeChannel, FakeMedia

HER = Address("telegram:1")
HIM = Address("telegram:2")


class Bench:
    """The workers over one database, and what reached the handlers."""

    def __init__(self, db: Database, clock: ManualClock, ids: Ids, folder: Path) -> None:
        self.db, self.clock, self.channel = db, clock, FakeChannel()
        self.events: list[object] = []
        self.dead: list[object] = []
        self.unreachable: list[str] = []
        self.saved: list[object] = []
        self.poison = ""
        blobs = Blobs(db, LocalBlobStore(folder / "blobs"), ids)
        channels, metrics = {"telegram": self.channel}, Metrics()
        self.inbox = InboxWorker(
            db,
            channels,
            dispatch=self._dispatch,
            on_dead=lambda _u, event, _n: self.dead.append(event),
            metrics=metrics,
            taker="t",
        )
        self.deliver = DeliverWorker(
            db,
            channels,
            blobs=blobs,
            draw=_no_drawing,
            reader_for=lambda _u, address, _n: Reader(address, "en", _say),
            on_unreachable=lambda _u, address, _n: self.unreachable.append(address),
            clock=clock,
            metrics=metrics,
            taker="t",
        )
        self.prepare = PrepareWorker(
            db,
            channels,
            blobs=blobs,
            media=FakeMedia(),
            load=lambda _u, _i: ToFetch(Attachment("photo", "f1"), "telegram", "c1"),
            save=lambda _u, _i, outcome, _n: self.saved.append(outcome),
            clock=clock,
            ids=ids,
            metrics=metrics,
            taker="t",
        )

    def _dispatch(self, _uow: UnitOfWork, event: InboundEvent, _now: datetime) -> None:
        if isinstance(event, MessageReceived) and event.text == self.poison:
            raise ValueError("poison")
        self.events.append(event)

    def receive(self, number: int, chat: int, text: str) -> None:
        now = self.clock.now()
        raw = json.dumps({"id": number, "chat": chat, "text": text, "at": now.isoformat()}).encode()
        lane = Address(f"telegram:{chat}")
        self.db.run_blocking(lambda u: u.inbox.append("telegram", str(number), lane, raw, now))

    def put(self, key: str, to: Address = HER, **more: Any) -> None:
        message = OutboundMessage(to, key, (Verbatim(key),), **more)
        self.db.run_blocking(lambda u: u.outbox.put(message, self.clock.now()))

    async def quiet(self, *, seconds: float = 0, step: float = 1) -> None:
        """Work until nothing is due, then move the clock on, for so many seconds."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while True:
            now = self.clock.now()
            while sum([await w.step(now) for w in (self.inbox, self.deliver, self.prepare)]):
                pass
            if now >= end:
                return
            self.clock.advance(timedelta(seconds=step))


async def _no_drawing(_drawing: Drawing) -> bytes:
    return b"drawn"


def _say(line: Line) -> str:
    if isinstance(line, Verbatim):
        return line.words
    assert isinstance(line, Text)
    return f"[{line.msgid} {line.params.get('reference', '')}]".replace(" ]", "]")


def texts(events: list[object], address: Address | None = None) -> list[str]:
    """What the messages among them say, of one chat or of all."""
    messages = [event for event in events if isinstance(event, MessageReceived)]
    return [one.text for one in messages if address in (None, one.address)]


@pytest.fixture
def bench(db: Database, clock: ManualClock, ids: Ids, tmp_path: Path) -> Bench:
    return Bench(db, clock, ids, tmp_path)


async def test_events_of_a_chat_are_handled_in_order_and_settled(bench: Bench) -> None:
    for number in range(4):
        bench.receive(number, chat=number % 2, text=f"t{number}")
    await bench.quiet()
    assert sorted(texts(bench.events)) == ["t0", "t1", "t2", "t3"]
    assert texts(bench.events, Address("telegram:1")) == ["t1", "t3"]
    assert len(bench.channel.settled) == 4


async def test_a_poisoned_event_is_given_up_and_blocks_nobody(bench: Bench) -> None:
    bench.poison = "bad"
    bench.receive(1, chat=1, text="bad")
    bench.receive(2, chat=1, text="behind")
    bench.receive(3, chat=2, text="beside")
    await bench.quiet()
    assert texts(bench.events) == ["beside"]
    await bench.quiet(seconds=120)
    assert texts(bench.events) == ["beside", "behind"]
    assert texts(bench.dead) == ["bad"]


async def test_messages_leave_in_order(bench: Bench) -> None:
    for key in ("a", "b", "c"):
        bench.put(key, case_id="c1", about="report")
    await bench.quiet()
    assert bench.channel.texts() == ["a", "b", "c"]


async def test_a_throttled_chat_waits_as_told_and_the_others_do_not(bench: Bench) -> None:
    bench.channel.answers = [Throttled(30)]
    bench.put("a", HER)
    await bench.quiet()
    bench.put("b", HIM)
    await bench.quiet(seconds=29)
    assert bench.channel.texts() == ["b"]
    await bench.quiet(seconds=2)
    assert bench.channel.texts() == ["b", "a"]


async def test_what_certainly_did_not_leave_is_repeated_unmarked(bench: Bench) -> None:
    bench.channel.answers = [NotSent()]
    bench.put("a")
    bench.put("b")
    await bench.quiet(seconds=5)
    assert bench.channel.texts() == ["a", "b"]


async def test_what_may_have_left_is_repeated_with_the_case_reference(bench: Bench) -> None:
    bench.channel.answers = [OutcomeUnknown()]
    bench.put("a", case_id="c1", reference="K7M2P")
    bench.put("b")
    await bench.quiet(seconds=5)
    assert bench.channel.texts() == ["a", "[common.may_repeat K7M2P]\na", "b"]


async def test_a_crash_while_sending_leaves_one_marked_repeat_in_order(bench: Bench) -> None:
    bench.put("a")
    bench.put("b")
    await bench.db.run(lambda u: bench.deliver._claim(1, bench.clock.now(), u))
    await bench.quiet()
    assert bench.channel.texts() == []
    await bench.deliver.recover(bench.clock.now())
    await bench.quiet()
    assert bench.channel.texts() == ["[common.may_repeat_plain]\na", "b"]


async def test_without_recovery_the_end_of_the_lease_does_the_same(bench: Bench) -> None:
    bench.put("a")
    await bench.db.run(lambda u: bench.deliver._claim(1, bench.clock.now(), u))
    await bench.quiet(seconds=130, step=10)
    assert bench.channel.texts() == ["[common.may_repeat_plain]\na"]


@pytest.mark.parametrize(
    ("error", "reason", "told"), [(Unreachable(), "blocked", [HER]), (Rejected(), "rejected", [])]
)
async def test_a_message_that_can_never_leave_is_told_and_blocks_nobody(
    bench: Bench, error: Exception, reason: str, told: list[str]
) -> None:
    bench.channel.answers = [error]
    bench.put("a", case_id="c1", about="report")
    bench.put("b")
    await bench.quiet()
    assert bench.channel.texts() == ["b"]
    assert MessageFailed("a", HER, reason, case_id="c1", about="report") in bench.events
    assert bench.unreachable == told


async def test_a_vendor_that_is_down_for_a_day_ends_in_a_failure_that_is_told(bench: Bench) -> None:
    bench.channel.answers = [NotSent() for _ in range(1000)]
    bench.put("a")
    await bench.quiet(seconds=25 * 3600, step=300)
    assert [event.reason for event in bench.events if isinstance(event, MessageFailed)] == ["exhausted"]


async def test_a_button_that_nothing_can_carry_is_told_and_the_message_arrives(bench: Bench) -> None:
    offered = [Choice(Verbatim("Yes"), "yes"), Choice(Verbatim("No"), "no " + "x" * 45)]
    bench.put("a", choices=tuple(offered))
    with capture_logs() as logged:
        await bench.quiet()
    assert [(one.text, one.labels) for one in bench.channel.delivered] == [("a", ("Yes",))]
    errors = [(line["event"], line["count"]) for line in logged if line["log_level"] == "error"]
    assert errors == [("button_not_carried", 1)]


async def test_an_edit_replaces_the_message_it_names(bench: Bench) -> None:
    bench.put("a")
    await bench.quiet()
    bench.put("b", edits="a", edit_only=True)
    await bench.quiet()
    assert bench.channel.delivered[-1].edited == "m1"


async def test_an_edit_of_a_message_that_never_left_is_dropped(bench: Bench) -> None:
    bench.put("b", edits="never", edit_only=True)
    bench.put("c")
    await bench.quiet()
    assert bench.channel.texts() == ["c"]


def _want(bench: Bench) -> None:
    bench.db.run_blocking(lambda u: u.work.put("fetch", "a1", "a1", bench.clock.now()))


async def test_a_picture_is_stored_sealed_with_its_master_and_preview(bench: Bench) -> None:
    bench.channel.files["f1"] = b"picture one"
    _want(bench)
    await bench.quiet()
    (stored,) = bench.saved
    assert isinstance(stored, Stored)
    row = await bench.db.read(lambda u: u.blobs.get(stored.master or ""))
    assert row is not None
    assert await bench.prepare._blobs.read(row) == b"master of picture one"
    assert bench.events == [AttachmentReady("a1")]
    assert bench.channel.forgotten == ["f1"]


async def test_a_file_that_is_no_picture_is_refused(bench: Bench) -> None:
    bench.channel.files["f1"] = b"words"
    _want(bench)
    await bench.quiet()
    assert bench.saved == [Unusable("not_an_image")]
    assert bench.events == [AttachmentRefused("a1", "not_an_image")]


async def test_fetching_is_given_up_after_two_minutes(bench: Bench) -> None:
    bench.channel.files["f1"] = FetchFailed()
    _want(bench)
    await bench.quiet(seconds=100)
    assert bench.saved == []
    await bench.quiet(seconds=60)
    assert bench.saved == [Unusable("fetch_failed")]
    assert bench.channel.forgotten == []
