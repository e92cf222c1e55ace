"""The demo plays whole days through the real sandbox and service, and knows when a message is wrong."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from bot.demo.play import BOT, Event, Transcript, counts
from bot.demo.run import begins, run_demo
from bot.demo.show import story_lines, transcript_json
from bot.demo.stories import STORIES
from bot.demo.stories.relative import RELATIVE
from bot.demo.story import Expected, Story, heard, waits

SPOILT = replace(
    RELATIVE,
    steps=(
        replace(RELATIVE.steps[0], then=()),
        replace(waits(1), then=heard("stranger: refer.has_it")),
        *RELATIVE.steps[1:],
    ),
)
"""The sentence that the relative hears is not expected, and one is that never comes."""


@pytest.mark.slow
async def test_a_day_is_played_with_every_message_and_no_other(tmp_path: Path) -> None:
    transcript = await run_demo(tmp_path, (RELATIVE,))
    assert (transcript.missing, transcript.unexpected) == ([], [])
    told = [one for one in transcript.events if one.sender == BOT and not one.changed]
    assert len(told) == sum(len(step.then) for step in RELATIVE.steps)
    cost = counts(RELATIVE, transcript.events)
    assert cost.taps == 3
    assert cost.bytes_received <= 30_000


@pytest.mark.slow
async def test_a_message_that_does_not_come_and_one_that_nobody_expects_are_told(tmp_path: Path) -> None:
    transcript = await run_demo(tmp_path, (SPOILT,))
    assert transcript.missing == ["relative: stranger: refer.has_it"]
    [unexpected] = transcript.unexpected
    assert unexpected.startswith("relative: stranger: This service is only for enrolled")
    assert not transcript.ok


def test_there_are_ten_days_and_each_ends_with_time_that_passes() -> None:
    assert len(STORIES) == len({story.name for story in STORIES}) == 10
    assert all(story.steps[-1].minutes >= 60 for story in STORIES)


def expectations(stories: tuple[Story, ...]) -> Iterator[Expected]:
    return chain.from_iterable(step.then for story in stories for step in story.steps)


def test_every_day_says_which_messages_come() -> None:
    assert all(one.phone and one.says for one in expectations(STORIES))


def test_a_transcript_is_read_phone_by_phone_and_as_json() -> None:
    at = begins(RELATIVE)
    events = [
        Event("relative", at, "meena", BOT, "telegram", "[tap] Send", 0),
        Event("relative", at, BOT, "meena", "telegram", "Sent.\nWrite it down.", 20, ("Close",)),
    ]
    shown = list(story_lines(RELATIVE, events))
    assert shown[2:7] == [
        "--- meena",
        "18:30:00 » [tap] Send",
        "18:30:00   Sent.",
        "           Write it down.",
        "           [Close]",
    ]
    assert shown[-2] == "relative: meena heard 1 messages (0.0 kB), tapped 1 times and sent 0 messages."
    json = transcript_json(Transcript(events, ["one"], []))
    assert set(json) == {"ok", "events", "missing", "unexpected"}
    assert json["ok"] is False
