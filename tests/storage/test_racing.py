"""Several processes on one PostgreSQL: each `Database` here stands for one."""

import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.domain.people import Role
from bot.domain.report import ReportKind
from bot.messages import Address, OutboundMessage, Text
from storage.claim import ClaimLostError
from storage.engine import Database
from storage.outbox import OutboxRow
from storage.pace import Pace, Rate
from storage.unit_of_work import UnitOfWork
from tests.storage.racing import Meeting, together

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
_FREELY = Pace(chat=Rate(timedelta(microseconds=1), 1), whole=Rate(timedelta(microseconds=1), 10_000))


def _person(uow: UnitOfWork) -> str:
    return uow.people.add("Asha", language="en", roles=[Role.REFERRER], now=NOW)


def _draft(uow: UnitOfWork) -> tuple[str, str]:
    person = _person(uow)
    return person, uow.cases.add_draft(person, Address("telegram:1"), facility_id=None, now=NOW).id


def test_of_two_hundred_racing_acknowledgements_one_wins(shared: Sequence[Database]) -> None:
    _, case_id = shared[0].run_blocking(_draft)
    people = [shared[0].run_blocking(_person) for _ in range(200)]

    def acknowledge(person: str, uow: UnitOfWork) -> bool:
        won = uow.assignments.acknowledge(case_id, person, NOW)
        assert uow.assignments.owner(case_id) is not None
        return won

    futures = [shared[n % 2].submit(partial(acknowledge, person)) for n, person in enumerate(people)]
    winners = [person for person, future in zip(people, futures, strict=True) if future.result()]
    assert winners == [shared[0].run_blocking(lambda u: u.assignments.owner(case_id))]


def test_two_workers_handle_twenty_chats_in_order_and_nothing_twice(shared: Sequence[Database]) -> None:
    chats = [Address(f"telegram:{n}") for n in range(20)]
    handled: dict[str, list[int]] = defaultdict(list)
    busy: Counter[str] = Counter()
    guard = threading.Lock()

    def arrive(database: Database, mine: Sequence[Address]) -> None:
        for n in range(25):
            for chat in mine:
                database.run_blocking(lambda u, c=chat, n=n: u.inbox.append("t", f"{c}/{n}", c, b"raw", NOW))

    def work(database: Database, taker: str, end: threading.Event) -> None:
        while True:
            over = end.is_set()
            rows = database.run_blocking(lambda u: u.inbox.claim(NOW, limit=5, taker=taker))
            if not rows and over:
                return
            for row in rows:
                chat, _, number = row.vendor_id.partition("/")
                with guard:
                    busy[chat] += 1
                    assert busy[chat] == 1
                    handled[chat].append(int(number))
                with guard:
                    busy[chat] -= 1
                database.run_blocking(lambda u, row=row: u.inbox.done(row, NOW))

    arrived = threading.Event()
    workers = [partial(work, shared[n % 2], f"w{n}", arrived) for n in range(4)]
    running = threading.Thread(target=together, args=workers)
    running.start()
    together(partial(arrive, shared[0], chats[:10]), partial(arrive, shared[1], chats[10:]))
    arrived.set()
    running.join()
    assert handled == {chat: list(range(25)) for chat in chats}


def test_messages_to_one_chat_are_never_in_two_hands(shared: Sequence[Database]) -> None:
    chats = [Address(f"telegram:{n}") for n in range(5)]
    left: dict[str, list[int]] = defaultdict(list)
    in_hand: set[Address] = set()
    guard = threading.Lock()

    def put(database: Database, chat: Address, uow: UnitOfWork | None = None) -> None:
        for n in range(30):
            message = OutboundMessage(chat, f"{chat}/{n}", (Text("hello"),))
            database.run_blocking(lambda u, m=message: u.outbox.put(m, NOW))

    def send(database: Database, row: OutboxRow) -> None:
        with guard:
            assert row.message.to not in in_hand
            in_hand.add(row.message.to)
            left[row.message.to].append(int(row.message.key.partition("/")[2]))
        with guard:
            in_hand.remove(row.message.to)
        database.run_blocking(lambda u: u.outbox.sent(row, NOW))

    def deliver(database: Database, taker: str, end: threading.Event) -> None:
        now = NOW
        while True:
            over = end.is_set()
            now += timedelta(milliseconds=1)
            rows = database.run_blocking(
                lambda u, now=now: u.outbox.claim(now, channel="telegram", pace=_FREELY, limit=3, taker=taker)
            )
            if not rows and over and database.run_blocking(lambda u: u.outbox.depth()).live == 0:
                return
            for row in rows:
                send(database, row)

    stored = threading.Event()
    senders = [partial(deliver, shared[n % 2], f"w{n}", stored) for n in range(4)]
    running = threading.Thread(target=together, args=senders)
    running.start()
    together(*(partial(put, shared[n % 2], chat) for n, chat in enumerate(chats)))
    stored.set()
    running.join()
    assert left == {chat: list(range(30)) for chat in chats}


def test_a_message_that_is_committed_later_leaves_later_whoever_began_first(
    shared: Sequence[Database],
) -> None:
    chat, put, go_on = Address("telegram:1"), threading.Event(), threading.Event()

    def slow(uow: UnitOfWork) -> None:
        for key in ("c", "d"):
            uow.outbox.put(OutboundMessage(chat, key, (Text("hello"),)), NOW)
        put.set()
        go_on.wait(10)

    shared[0].run_blocking(lambda u: u.outbox.put(OutboundMessage(chat, "a", (Text("hello"),)), NOW))
    slowly = shared[0].submit(slow)
    put.wait(10)
    shared[1].run_blocking(lambda u: u.outbox.put(OutboundMessage(chat, "b", (Text("hello"),)), NOW))
    go_on.set()
    slowly.result()
    left = []
    for n in range(4):
        now = NOW + timedelta(seconds=n)
        (row,) = shared[1].run_blocking(
            lambda u, now=now: u.outbox.claim(now, channel="telegram", pace=_FREELY, limit=9, taker="w")
        )
        left.append(row.message.key)
        shared[1].run_blocking(lambda u, row=row: u.outbox.sent(row, NOW))
    assert left == ["a", "b", "c", "d"]


def test_two_processes_together_keep_to_the_rate_of_the_bot(shared: Sequence[Database]) -> None:
    for n in range(40):
        message = OutboundMessage(Address(f"telegram:{n}"), f"k{n}", (Text("hello"),))
        shared[0].run_blocking(lambda u, m=message: u.outbox.put(m, NOW))
    pace = Pace(chat=Rate(timedelta(seconds=1), 3), whole=Rate(timedelta(seconds=1), 10))
    claims = [
        shared[n % 2].submit(
            lambda u, n=n: u.outbox.claim(NOW, channel="telegram", pace=pace, limit=3, taker=f"w{n}")
        )
        for n in range(8)
    ]
    assert sum(len(claim.result()) for claim in claims) == 10


def test_a_longer_rest_that_the_vendor_asked_for_is_not_shortened(shared: Sequence[Database]) -> None:
    pace = Pace(chat=Rate(timedelta(seconds=1), 3), whole=Rate(timedelta(seconds=1), 10))

    def claim(u: UnitOfWork, now: datetime) -> Sequence[OutboxRow]:
        return u.outbox.claim(now, channel="telegram", pace=pace, limit=1, taker="w")

    for n in range(2):
        message = OutboundMessage(Address(f"telegram:{n}"), f"k{n}", (Text("hello"),))
        shared[0].run_blocking(lambda u, m=message: u.outbox.put(m, NOW))
    (row,) = shared[0].run_blocking(lambda u: claim(u, NOW))
    until = NOW + timedelta(minutes=1)
    shared[1].run_blocking(lambda u: u.outbox.throttled(row, until, whole=True))
    shared[1].run_blocking(lambda u: u.outbox._lanes.rest("all:telegram", NOW))
    assert shared[0].run_blocking(lambda u: claim(u, until - timedelta(seconds=1))) == []
    assert len(shared[0].run_blocking(lambda u: claim(u, until))) == 1


def test_an_earlier_event_that_was_committed_later_waits_for_the_one_under_way(
    shared: Sequence[Database],
) -> None:
    lane = Address("telegram:1")
    numbered, go_on = threading.Event(), threading.Event()

    def slow(uow: UnitOfWork) -> None:
        uow.inbox.append_hashed("internal", "early", uow.sealer.lookup(lane), b"", NOW)
        numbered.set()
        go_on.wait(10)

    # The key of the day is there already: whoever makes it holds up all others until he commits.
    shared[0].run_blocking(lambda u: u.inbox.append("t", "other", Address("telegram:2"), b"raw", NOW))
    early = shared[0].submit(slow)
    numbered.wait(10)
    shared[1].run_blocking(lambda u: u.inbox.append("t", "late", lane, b"", NOW))
    _, late = shared[1].run_blocking(lambda u: u.inbox.claim(NOW, limit=5, taker="b"))
    assert late.vendor_id == "late"
    go_on.set()
    early.result()
    assert shared[0].run_blocking(lambda u: u.inbox.claim(NOW, limit=5, taker="a")) == []
    shared[1].run_blocking(lambda u: u.inbox.done(late, NOW))
    assert len(shared[0].run_blocking(lambda u: u.inbox.claim(NOW, limit=5, taker="a"))) == 1


def test_the_audit_chain_holds_after_racing_writers(shared: Sequence[Database]) -> None:
    def note(n: int, uow: UnitOfWork) -> None:
        uow.audit.append("p1", "look", f"c{n}", NOW)
        uow.audit.append("p1", "change", f"c{n}", NOW)

    futures = [shared[n % 2].submit(partial(note, n)) for n in range(200)]
    for future in futures:
        future.result()
    assert shared[0].run_blocking(lambda u: u.audit.verify()) == 400


def test_many_sweeps_at_once_make_one_event_of_each_timer(shared: Sequence[Database]) -> None:
    for n in range(50):
        shared[0].run_blocking(lambda u, n=n: u.timers.set("page", f"case{n}", NOW))
    sweeps = [shared[n % 2].submit(lambda u: u.timers.sweep(NOW, limit=20)) for n in range(12)]
    assert sum(sweep.result() for sweep in sweeps) == 50
    assert shared[0].run_blocking(lambda u: u.inbox.depth()).live == 50


def test_work_is_taken_once(shared: Sequence[Database]) -> None:
    for n in range(60):
        shared[0].run_blocking(lambda u, n=n: u.work.put("fetch", f"k{n}", f"a{n}", NOW))
    claims = [
        shared[n % 2].submit(lambda u, n=n: u.work.claim("fetch", NOW, limit=8, taker=f"w{n}"))
        for n in range(20)
    ]
    taken = [item.key for claim in claims for item in claim.result()]
    taken += [
        item.key for item in shared[0].run_blocking(lambda u: u.work.claim("fetch", NOW, limit=60, taker="x"))
    ]
    assert sorted(taken) == sorted(f"k{n}" for n in range(60))


def test_who_lost_the_lease_stores_nothing_while_another_has_the_work(shared: Sequence[Database]) -> None:
    shared[0].run_blocking(lambda u: u.work.put("fetch", "k", "a", NOW))
    (mine,) = shared[0].run_blocking(lambda u: u.work.claim("fetch", NOW, limit=1, taker="a"))
    later = NOW + timedelta(minutes=10)
    (hers,) = shared[1].run_blocking(lambda u: u.work.claim("fetch", later, limit=1, taker="b"))
    with pytest.raises(ClaimLostError):
        shared[0].run_blocking(lambda u: u.work.done(mine, later))
    shared[1].run_blocking(lambda u: u.work.done(hers, later))


def test_two_turns_of_one_person_make_one_draft(shared: Sequence[Database]) -> None:
    address = Address("telegram:1")

    def enrolled(uow: UnitOfWork) -> str:
        person_id = uow.people.add("Meena", language="en", roles=(), now=NOW)
        uow.people.add_address(person_id, address, NOW)
        return person_id

    person_id = shared[0].run_blocking(enrolled)
    met = Meeting()

    def draft(uow: UnitOfWork) -> str:
        # As every turn begins: who writes, and no other turn of hers goes on meanwhile.
        met.once()
        assert uow.people.by_address(address) is not None
        known = uow.cases.draft_of(person_id)
        made = known or uow.cases.add_draft(person_id, address, facility_id=None, now=NOW)
        return made.id

    first, second = shared[0].submit(draft), shared[1].submit(draft)
    assert first.result() == second.result()


def test_two_turns_write_one_report_draft(shared: Sequence[Database]) -> None:
    person, case_id = shared[0].run_blocking(_draft)

    def draft(uow: UnitOfWork) -> str:
        known = uow.reports.draft_of(case_id, person)
        return (known or uow.reports.add_draft(case_id, person, ReportKind.FINAL, NOW)).id

    futures = [shared[n % 2].submit(draft) for n in range(16)]
    assert len({future.result() for future in futures}) == 1


def test_what_two_turns_add_to_a_case_is_all_kept(shared: Sequence[Database]) -> None:
    _, case_id = shared[0].run_blocking(_draft)
    futures = [shared[n % 2].submit(lambda u: u.cases.touch(u.cases.get(case_id))) for n in range(40)]
    for future in futures:
        future.result()
    assert shared[0].run_blocking(lambda u: u.cases.get(case_id)).revision == 40


def test_an_invitation_is_used_once(shared: Sequence[Database]) -> None:
    code = shared[0].run_blocking(lambda u: u.invites.add(Role.REFERRER, now=NOW, lifetime=timedelta(1)))
    invite = shared[0].run_blocking(lambda u: u.invites.by_code(code))
    assert invite is not None
    uses = [
        shared[n % 2].submit(lambda u, n=n: u.invites.use(invite.id, by=f"p{n}", now=NOW)) for n in range(30)
    ]
    assert sum(use.result() for use in uses) == 1


def test_turns_that_wait_for_each_other_both_end(shared: Sequence[Database]) -> None:
    cases = [shared[0].run_blocking(_draft)[1] for _ in range(2)]
    met = Meeting()

    def both(order: Sequence[str], uow: UnitOfWork) -> None:
        for case_id in order:
            uow.cases.touch(uow.cases.get(case_id))
            met.once()

    futures = [
        shared[0].submit(partial(both, cases)),
        shared[1].submit(partial(both, cases[::-1])),
    ]
    for future in futures:
        future.result(20)
    revisions = shared[0].run_blocking(lambda u: [u.cases.get(case_id).revision for case_id in cases])
    assert revisions == [2, 2]
