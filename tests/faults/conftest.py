"""The world of the scenarios, and how often the program is killed."""

import os

import pytest

from tests.world_fixtures import empty_world, media, pytest_runtest_makereport, world

__all__ = ["empty_world", "media", "pytest_runtest_makereport", "world"]

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "60"))


@pytest.fixture
def rounds() -> int:
    """60 in the ordinary tests, more by CRASH_ROUNDS (`make crash`)."""
    return ROUNDS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each kill may take some seconds."""
    for item in items:
        if item.name.startswith("test_killed"):
            item.add_marker(pytest.mark.timeout(180 + 8 * ROUNDS))
