"""The client and real media programs: faults of a child are answers, and no child outlives its use."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.media_client import ChildLimits, MediaBusyError, MediaClient, MediaClosedError
from bot.media_contract import Budget, DrawingKind, Picture, Prepared, RefusalReason, Refused
from tests.media.pictures import encoded, film, opened

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")
CHATTERBOX = (sys.executable, "-c", "print('hello, I am not a frame')")


@pytest.fixture
async def client() -> AsyncIterator[MediaClient]:
    async with MediaClient() as made:
        yield made


def children_of_this_process() -> list[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return [int(pid) for pid in listed.split()]


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_a_photo_is_prepared_by_a_child(client: MediaClient) -> None:
    result = await client.prepare(encoded(film(1_600, 1_200)), budget=Budget(20_480, 800))
    assert isinstance(result, Prepared)
    assert 0.93 * 20_480 <= len(result.preview) <= 20_480
    assert result.preview_width == 800


async def test_a_refusal_keeps_the_child(client: MediaClient) -> None:
    assert await client.prepare(b"") == Refused(RefusalReason.EMPTY)
    before = children_of_this_process()
    assert isinstance(await client.prepare(encoded(film())), Prepared)
    assert children_of_this_process() == before


async def test_a_contact_sheet_shows_as_many_as_asked(client: MediaClient) -> None:
    previews = [encoded(film(200, 150))] * 12
    labels = [str(number) for number in range(1, 13)]
    sheet = await client.contact_sheet(previews, labels=labels, budget=Budget(30_000))
    assert isinstance(sheet, Picture)
    assert sheet.count == 12
    assert len(sheet.image) <= 30_000
    assert opened(sheet.image).size == (sheet.width, sheet.height)


async def test_a_damaged_preview_spoils_its_contact_sheet(client: MediaClient) -> None:
    sheet = await client.contact_sheet([encoded(film()), b"\xff\xd8\xff"], labels=["1", "2"])
    assert isinstance(sheet, Refused)
    assert sheet.reason is RefusalReason.DAMAGED


async def test_a_table_is_drawn_and_letters_without_a_font_are_not(client: MediaClient) -> None:
    table = {"title": "Rota", "header": ["Time", "On call"], "rows": [["08:00", "Asha"]]}
    assert isinstance(await client.draw(DrawingKind.TABLE, table), Picture)
    refusal = await client.draw(DrawingKind.TABLE, table | {"title": "ड्यूटी"})
    assert refusal == Refused(RefusalReason.CANNOT_DRAW)


async def test_requests_in_parallel_share_the_children() -> None:
    async with MediaClient(max_children=2) as client:
        widths = [100 + 10 * number for number in range(8)]
        results = await asyncio.gather(*(client.prepare(encoded(film(width, 90))) for width in widths))
        assert [result.width for result in results if isinstance(result, Prepared)] == widths
        assert len(children_of_this_process()) <= 2


async def test_kill_9_in_the_middle_is_an_answer_and_the_next_request_has_a_new_child() -> None:
    async with MediaClient() as client:
        asked = asyncio.ensure_future(client.prepare(encoded(film(3_000, 2_500))))
        while not (pids := children_of_this_process()):
            await asyncio.sleep(0.01)
        os.kill(pids[0], signal.SIGKILL)
        assert await asked == Refused(RefusalReason.CRASHED)
        assert isinstance(await client.prepare(encoded(film())), Prepared)


async def test_a_child_that_dies_idle_is_not_noticed(client: MediaClient) -> None:
    await client.prepare(b"")
    os.kill(children_of_this_process()[0], signal.SIGKILL)
    assert isinstance(await client.prepare(encoded(film())), Prepared)


async def test_a_child_that_hangs_is_killed_at_the_time_limit() -> None:
    async with MediaClient(command=SLEEPER, timeout_seconds=0.3) as client:
        assert await client.prepare(b"x") == Refused(RefusalReason.TIMEOUT)
        await asyncio.sleep(0.1)
        assert client.children == 0


async def test_a_child_that_prints_instead_of_answering_has_crashed() -> None:
    async with MediaClient(command=CHATTERBOX) as client:
        assert await client.prepare(b"x") == Refused(RefusalReason.CRASHED)


async def test_too_little_memory_is_an_answer() -> None:
    async with MediaClient(limits=ChildLimits(memory_bytes=200 << 20)) as client:
        result = await client.prepare(encoded(film(6_000, 5_000, mode="RGB"), quality=30))
        assert result == Refused(RefusalReason.OUT_OF_MEMORY)
        assert isinstance(await client.prepare(encoded(film())), Prepared)


async def test_an_idle_child_ends() -> None:
    async with MediaClient(idle_seconds=0.1) as client:
        await client.prepare(b"")
        assert client.children == 1
        await asyncio.sleep(1.0)
        assert children_of_this_process() == []


async def test_closing_ends_busy_and_idle_children_at_once_and_leaves_no_zombie() -> None:
    client = MediaClient(command=SLEEPER)
    asked = asyncio.ensure_future(client.prepare(b"x"))
    await asyncio.sleep(0.2)
    async with asyncio.timeout(10):
        await client.close()
    with pytest.raises(MediaClosedError):
        await asked
    with pytest.raises(MediaClosedError):
        await client.prepare(b"x")
    assert children_of_this_process() == []


async def test_a_request_given_up_takes_its_child_along() -> None:
    async with MediaClient(command=SLEEPER) as client:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.prepare(b"x"), 0.2)
        await asyncio.sleep(0.2)
        assert children_of_this_process() == []


async def test_a_full_queue_is_said_so() -> None:
    async with MediaClient(command=SLEEPER, max_waiting=1, timeout_seconds=0.5) as client:
        asked = [asyncio.ensure_future(client.prepare(b"x")) for _ in range(2)]
        await asyncio.sleep(0.1)
        with pytest.raises(MediaBusyError):
            await client.prepare(b"x")
        await asyncio.gather(*asked)


async def test_a_child_sees_nothing_of_our_environment(
    client: MediaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCANRELAY_TELEGRAM_TOKEN", "invented")
    await client.prepare(b"")
    assert b"SCANRELAY" not in environment_of(children_of_this_process()[0])
