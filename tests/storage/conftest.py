"""Everything about storage is tried on both databases."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from storage.engine import Database, open_database
from storage.seal import Keyring
from tests.postgres import fresh_schema, own_ids


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/scanrelay.db"
        return
    with fresh_schema() as schema:
        yield schema


@pytest.fixture
def shared() -> Iterator[Sequence[Database]]:
    """One PostgreSQL, opened as by two processes."""
    with fresh_schema() as url, ExitStack() as stack:
        both = [open_database(url, keyring=Keyring(bytes(range(32))), ids=own_ids(seed)) for seed in (1, 2)]
        for database in both:
            stack.callback(database.close)
        both[0].create_tables()
        yield both
