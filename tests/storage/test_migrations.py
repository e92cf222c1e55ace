"""The migrations make the tables that the code knows, and every one can be taken back."""

from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from storage import migrate


def test_migrations_make_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    migrate.upgrade(url)
    assert migrate.current(url) == migrate.newest()
    assert migrate.differences(url) == []


def test_a_second_upgrade_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    migrate.upgrade(url)
    migrate.upgrade(url)
    assert migrate.differences(url) == []


def test_every_migration_goes_down_and_up_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    migrate.upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        config = migrate.config_for(connection)
        command.downgrade(config, "base")
        command.upgrade(config, "head")
    engine.dispose()
    assert migrate.differences(url) == []
