"""From a step that names a call to the case's owner: real workers, the loopback Twilio, chats in memory."""

from collections.abc import AsyncIterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.channels.base import Channel, Reader
from bot.clock import ManualClock
from bot.domain.case import Case
from bot.ids import Ids
from bot.messages import Address, Drawing
from bot.metrics import Metrics
from bot.sandbox.twilio.faults import Fault, FaultKind
from bot.service import Intake
from bot.workers.deliver import DeliverWorker
from bot.workers.inbox import InboxWorker
from handlers.dispatch import dead_letter, dispatch, unreachable
from storage import pace
from storage.blobs import Blobs, LocalBlobStore
from storage.unit_of_work import UnitOfWork
from tests.channels.phone_exchange import Exchange, exchange
from tests.channels.reading import say
from tests.fakes import FakeChannel
from tests.handlers.phone_ward import SMS, VOICE, ward_with
from tests.handlers.ward import KNOWLEDGE, Ward


@dataclass(slots=True)
class Hospital:
    """People with chats and phones, and the workers between them."""

    ward: Ward
    calls: Exchange
    chat: FakeChannel
    inbox: InboxWorker
    deliver: DeliverWorker

    async def settle(self, seconds: float = 0) -> None:
        """Everything happens that is due, then time passes and it does again."""
        await self.quiet()
        if seconds:
            await self.calls.passes(seconds)
            await self.quiet()

    async def quiet(self) -> None:
        clock = self.ward.clock
        while await self.calls.vendor.deliver(clock.now()) + await self._work(clock.now()):
            pass

    async def _work(self, now: datetime) -> int:
        return await self.inbox.step(now) + await self.deliver.step(now)

    def heard(self, name: str) -> str:
        """All that somebody's chat has shown."""
        return "\n".join(self.chat.texts(self.ward.address(name)))

    def called(self, name: str) -> int:
        """How often somebody's phone has rung."""
        return sum(
            1
            for one in self.calls.vendor.log
            if (one.channel, one.phone) == ("voice", name) and not one.error
        )

    def owner(self, case: Case) -> str | None:
        return self.ward.db.run_blocking(lambda uow: uow.assignments.owner(case.id))


@pytest.fixture
async def hospital(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Hospital]:
    with contextmanager(ward_with)(tmp_path, clock, frozenset({SMS, VOICE})) as ward:
        async with exchange(clock, receive=Intake(ward.db, Metrics()).receive) as calls:
            chat = FakeChannel()
            channels: dict[str, Channel] = {"telegram": chat, "voice": calls.voice, "sms": calls.sms}
            yield Hospital(ward, calls, chat, _inbox(ward, channels), _deliver(ward, channels, tmp_path))


def _inbox(ward: Ward, channels: dict[str, Channel]) -> InboxWorker:
    handle = partial(dispatch, knowledge=KNOWLEDGE)
    return InboxWorker(ward.db, channels, dispatch=handle, on_dead=dead_letter, metrics=Metrics(), taker="t")


def _deliver(ward: Ward, channels: dict[str, Channel], folder: Path) -> DeliverWorker:
    return DeliverWorker(
        ward.db,
        channels,
        blobs=Blobs(ward.db, LocalBlobStore(folder / "blobs"), Ids(seed=3)),
        draw=_no_drawing,
        reader_for=_reader,
        on_unreachable=unreachable,
        clock=ward.clock,
        metrics=Metrics(),
        taker="t",
        paces={"voice": pace.VOICE, "sms": pace.SMS},
    )


def _reader(_uow: UnitOfWork, address: Address, _now: datetime) -> Reader:
    return Reader(address, "en", say)


async def _no_drawing(_drawing: Drawing) -> bytes:
    return b""


async def test_a_phone_that_rings_is_answered_with_1_and_the_chat_says_whose_the_case_is(
    hospital: Hospital,
) -> None:
    case = hospital.ward.sends_case()
    await hospital.settle()
    assert "[card.priority]" in hospital.heard("rao")
    assert [one.body for one in hospital.calls.rao.sms] == ["[sms.urgent]"]
    heard = hospital.calls.rao.line.answer()
    await hospital.settle()
    hospital.calls.rao.line.press("1")
    await hospital.settle(2)
    assert heard.heard == ["[voice.urgent] [voice.take] [voice.decline]", "en: [voice.thanks]"]
    assert hospital.owner(case) == hospital.ward.person_id("rao")
    assert "[duty.yours]" in hospital.heard("rao")

    line = hospital.calls.vendor.phone("khan").line
    late = line.answer()
    await hospital.settle()
    line.press("1")
    await hospital.settle(2)
    assert late.heard[-1] == "en: [voice.thanks]"
    assert "[card.taken]" in hospital.heard("khan")
    assert hospital.owner(case) == hospital.ward.person_id("rao")


async def test_a_key_that_twilio_brings_twice_counts_once(hospital: Hospital) -> None:
    hospital.ward.sends_case()
    await hospital.settle()
    vendor, line = hospital.calls.vendor, hospital.calls.rao.line
    call = line.answer()
    await hospital.settle()
    assert call.gather is not None
    form = (*call.fields(vendor.account), ("Digits", "2"))
    for token in ("first", "again"):
        answer = await vendor.outside.post(call.gather.action, form, idempotency=token)
        assert "[voice.thanks]" in answer.text
    await hospital.settle(2)
    assert hospital.heard("rao").count("[duty.declined]") == 1


async def test_a_call_that_the_vendor_held_back_is_not_placed_once_the_case_has_an_owner(
    hospital: Hospital,
) -> None:
    for number in ("+12025550111", "+12025550112"):
        hospital.calls.vendor.faults.add(Fault(FaultKind.TOO_MANY, "calls.create", number))
    case = hospital.ward.sends_case()
    await hospital.settle()
    hospital.ward.taps("rao", f"ack {case.reference}")
    await hospital.settle(60)
    await hospital.settle(60)
    assert (hospital.called("rao"), hospital.called("khan")) == (0, 0)


async def test_a_call_that_the_vendor_held_back_is_placed_while_nobody_has_the_case(
    hospital: Hospital,
) -> None:
    hospital.calls.vendor.faults.add(Fault(FaultKind.TOO_MANY, "calls.create", "+12025550111"))
    hospital.ward.sends_case()
    await hospital.settle(60)
    await hospital.settle(60)
    assert hospital.called("rao") == 1


async def test_a_phone_is_called_about_one_case_at_a_time(hospital: Hospital) -> None:
    hospital.ward.sends_case()
    hospital.ward.sends_case()
    await hospital.settle()
    assert hospital.called("rao") == 1
    hospital.calls.rao.line.decline()
    await hospital.settle(30)
    assert hospital.called("rao") == 1
    await hospital.settle(15)
    assert hospital.called("rao") == 2


async def test_when_nobody_answers_the_coordinator_is_asked_at_once_and_a_card_still_counts(
    hospital: Hospital,
) -> None:
    case = hospital.ward.sends_case()
    await hospital.settle()
    assert "[task.kind.unowned]" not in hospital.heard("sunita")
    await hospital.settle(25)
    assert "[task.kind.unowned]" in hospital.heard("sunita")
    assert hospital.called("sunita") == 1
    hospital.ward.taps("khan", f"ack {case.reference}")
    assert hospital.owner(case) == hospital.ward.person_id("khan")


async def test_a_coordinator_takes_the_task_with_a_key(hospital: Hospital) -> None:
    hospital.ward.sends_case()
    await hospital.settle(25)
    line = hospital.calls.vendor.phone("sunita").line
    heard = line.answer()
    line.press("1")
    await hospital.settle(2)
    assert heard.heard[0] == "[voice.unowned] [voice.take_task]"
    [task] = hospital.ward.db.run_blocking(lambda uow: tuple(uow.tasks.pending()))
    assert task.taken_by == hospital.ward.person_id("sunita")


async def test_a_number_that_twilio_does_not_know_leaves_the_chat_alone(hospital: Hospital) -> None:
    rao = hospital.ward.person_id("rao")

    def renumber(uow: UnitOfWork) -> None:
        uow.people.add_address(
            rao, Address("phone:+0123456"), hospital.ward.clock.advance(timedelta(seconds=1))
        )

    hospital.ward.db.run_blocking(renumber)
    case = hospital.ward.sends_case()
    await hospital.settle(2)
    assert hospital.called("rao") == 0
    assert hospital.ward.db.run_blocking(lambda uow: uow.people.contact(rao)) == hospital.ward.address("rao")
    hospital.ward.taps("rao", f"ack {case.reference}")
    await hospital.settle()
    assert "[duty.yours]" in hospital.heard("rao")
