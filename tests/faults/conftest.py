"""The world of the scenarios."""

from tests.world_fixtures import empty_world, media, pytest_runtest_makereport, world

__all__ = ["empty_world", "media", "pytest_runtest_makereport", "world"]
