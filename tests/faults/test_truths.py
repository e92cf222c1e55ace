"""The checks themselves can fail: the world and the crash test find what they are there to find."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.logs import get_logger
from bot.sandbox.model import LogEntry
from tests.scenarios.steps import sends_a_case
from tests.world import World
from tests.world_media import SharedMedia
from tests.world_texts import forms_of, marks
from tests.world_truths import mark_matcher, out_of_order, text_pattern, unmarked_repeats

AT = datetime(2026, 1, 1, tzinfo=UTC)
MARK = forms_of("common.may_repeat", "en")[0] % {"reference": "K7F3X"}


def entry(number: int, text: str, *, media: str = "", chat: int = 1) -> LogEntry:
    return LogEntry(number, AT, "sendMessage", chat, "asha", number, number, text, media)


def strays(*log: LogEntry, known: tuple[int, ...] = ()) -> int:
    sent = [(number, "lane", str(number)) for number in known]
    return len(unmarked_repeats(log, sent, mark_matcher(marks())))


def test_a_message_that_only_the_vendor_knows_needs_a_marked_repeat() -> None:
    assert strays(entry(1, "card"), entry(2, "card"), known=(2,)) == 1
    assert strays(entry(1, "card"), entry(2, f"{MARK}\ncard"), known=(2,)) == 0


def test_one_mark_does_not_cover_two_repeats() -> None:
    assert strays(entry(1, "card"), entry(2, "card"), entry(3, f"{MARK}\ncard"), known=(3,)) == 1


def test_a_mark_in_another_chat_or_on_another_message_covers_nothing() -> None:
    marked = f"{MARK}\ncard"
    assert strays(entry(1, "card"), entry(2, marked, chat=2), known=(2,)) == 1
    assert strays(entry(1, "card"), entry(2, marked, media="photo"), known=(2,)) == 1
    assert strays(entry(1, "something else\nentirely"), entry(2, marked), known=(2,)) == 1


def test_a_later_row_that_left_before_an_earlier_one_is_found() -> None:
    assert list(out_of_order([(1, "a", "10"), (2, "a", "11"), (3, "b", "5"), (4, "a", "10")])) == []
    assert len(list(out_of_order([(1, "a", "11"), (2, "a", "10")]))) == 1


def test_a_text_is_recognised_whatever_stands_in_its_places() -> None:
    assert mark_matcher(["%(name)s has it."])("Dr Rao has it.")
    assert not mark_matcher(["%(name)s has it."])("Dr Rao had it.")
    assert text_pattern("100%% %(a)s") == r"100%\ [\s\S]*?"


@pytest.fixture
async def strict(tmp_path: Path, media: SharedMedia) -> AsyncIterator[World]:
    """A world that is checked by the test itself."""
    async with World(tmp_path, media) as made:
        yield made
        made.is_over = True


async def test_a_message_that_nobody_looked_at_is_a_failure(strict: World) -> None:
    await strict.meena.types("help")
    with pytest.raises(AssertionError, match="nobody looked at"):
        await strict.check()


async def test_a_logged_error_is_a_failure_unless_it_was_expected(strict: World) -> None:
    get_logger("test").error("something_broke")
    with pytest.raises(AssertionError, match="something_broke"):
        await strict.check()
    strict.expects_errors("something_broke")
    await strict.check()


async def test_a_case_that_stands_still_is_a_failure(strict: World) -> None:
    sent = await sends_a_case(strict.meena)
    await strict.rao.reads_all()
    await strict.check()
    yesterday = strict.clock.now() - timedelta(days=1)
    case = await strict.ask(lambda uow: uow.cases.by_reference(sent.code))
    assert case is not None
    await strict.database.run(lambda uow: uow.cases.set_next_action(case, yesterday))
    with pytest.raises(AssertionError, match="nothing happens next"):
        await strict.check()


async def test_words_that_do_not_come_are_a_failure(strict: World) -> None:
    await strict.meena.types("help")
    with pytest.raises(AssertionError, match="not 'something else'"):
        await strict.meena.hears("something else")
    with pytest.raises(AssertionError, match="hears nothing"):
        await strict.meena.hears("anything")
