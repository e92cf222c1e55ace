"""A world for every scenario; the media program is started once a session. Imported by conftest files."""

import sys
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest

from tests.world import World
from tests.world_media import SharedMedia

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


@pytest.fixture
async def world(tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with World(tmp_path, media) as made:
        yield made
        _end(made, request)


@pytest.fixture
async def empty_world(
    tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """A service that nobody has joined yet."""
    async with World(tmp_path, media, organisation=None) as made:
        yield made
        _end(made, request)


def _end(made: World, request: pytest.FixtureRequest) -> None:
    made.is_over = request.node.stash.get(_FAILED, default=False)
    if made.is_over:
        sys.stdout.write(made.story())
