"""A world for every scenario; the media program is started once a session. Imported by conftest files."""

import contextlib
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest

from tests.world import World
from tests.world_media import SharedMedia
from tests.world_organisation import EVERYBODY, called_first

_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a scenario failed: what it left unread says nothing then."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture(scope="session")
def media() -> Iterator[SharedMedia]:
    shared = SharedMedia()
    yield shared
    shared.end()


@contextlib.asynccontextmanager
async def lived_in(made: World, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A world for as long as a scenario goes on; for fixtures with people of their own."""
    async with made:
        yield made
        _end(made, request)


@pytest.fixture
async def world(tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with lived_in(World(tmp_path, media), request) as made:
        yield made


@pytest.fixture
async def empty_world(
    tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """A service that nobody has joined yet."""
    async with lived_in(World(tmp_path, media, organisation=None), request) as made:
        yield made


@pytest.fixture
async def iyer_world(
    tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """Dr Iyer, who has WhatsApp and wrote just now, is on call; Dr Rao is the backup."""
    organisation = called_first("Dr Meera Iyer")
    async with lived_in(World(tmp_path, media, organisation=organisation), request) as made:
        await made.iyer.greets()
        yield made


@pytest.fixture
async def rao_world(
    tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """Dr Rao, who is on call, has Telegram (`rao`) and WhatsApp (`rao_wa`), and wrote on WhatsApp a moment ago."""
    async with lived_in(World(tmp_path, media, organisation=EVERYBODY), request) as made:
        await made.minutes(1)
        await made.rao_wa.greets()
        yield made


def _end(made: World, request: pytest.FixtureRequest) -> None:
    made.is_over = request.node.stash.get(_FAILED, default=False)
    if made.is_over:
        sys.stdout.write(made.story())
