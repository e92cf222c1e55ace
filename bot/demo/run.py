"""Plays stories, each on a stage of its own."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.dialogues import ZONE
from bot.media_client import MediaClient

from .play import Transcript, play
from .stage import KeptMedia, stage
from .story import Story

DAY = datetime(2026, 11, 24, tzinfo=ZoneInfo(ZONE))
"""A Tuesday."""


async def run_demo(folder: Path, stories: Sequence[Story]) -> Transcript:
    """All of them one after the other, their data in folders of their own below `folder`."""
    whole, media = Transcript(), KeptMedia()
    try:
        for story in stories:
            whole.add(await play_alone(folder / story.name, story, media))
    finally:
        await media.end()
    return whole


async def play_alone(folder: Path, story: Story, media: MediaClient) -> Transcript:
    """One of them, on a stage that nobody used before."""
    await asyncio.to_thread(folder.mkdir)
    async with stage(folder, begins(story), media) as made:
        return await play(made, story)


def begins(story: Story) -> datetime:
    """The instant, in UTC."""
    return datetime.combine(DAY, time.fromisoformat(story.at), DAY.tzinfo).astimezone(UTC)
