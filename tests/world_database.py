"""The tables of a world on SQLite: made once a session by the migrations, and laid as a file for every world."""

import tempfile
from functools import cache
from pathlib import Path

from bot.settings import Settings
from storage import migrate


def lay_tables(settings: Settings) -> None:
    """Put a database with all tables and no rows where a world's service will open it."""
    path = Path(settings.database.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.db"
        migrate.upgrade(f"sqlite:///{path}")
        return path.read_bytes()
