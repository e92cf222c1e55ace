"""The world of the scenarios, and how often the program is killed."""

import os

import pytest

from tests.world_fixtures import empty_world, media, pytest_runtest_makereport, world

__all__ = ["empty_world", "media", "pytest_runtest_makereport", "world"]

CHOSEN = os.environ.get("CRASH_ROUNDS")
ROUNDS = {"sqlite": int(CHOSEN or 60), "postgresql": int(CHOSEN or 24) // 2}
"""Starting three processes takes longer than one."""


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """Few in the ordinary tests; CRASH_ROUNDS (`make crash`) on SQLite and half of it on PostgreSQL."""
    return ROUNDS[request.node.callspec.params["shape"]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each kill may take some seconds."""
    for item in items:
        if item.name.startswith("test_killed"):
            item.add_marker(pytest.mark.timeout(240 + 8 * max(ROUNDS.values())))
