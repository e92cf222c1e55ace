"""The world of the scenarios."""

from tests.world_fixtures import (
    empty_world,
    iyer_world,
    media,
    pytest_runtest_makereport,
    rao_world,
    world,
)

__all__ = ["empty_world", "iyer_world", "media", "pytest_runtest_makereport", "rao_world", "world"]
