"""The migrations make the tables that the code knows, and every one can be taken back."""

from alembic import command

from storage import migrate


def test_migrations_make_exactly_the_tables_of_the_code(url: str) -> None:
    migrate.upgrade(url)
    assert migrate.current(url) == migrate.newest()
    assert migrate.differences(url) == []


def test_a_second_upgrade_changes_nothing(url: str) -> None:
    migrate.upgrade(url)
    migrate.upgrade(url)
    assert migrate.differences(url) == []


def test_every_migration_goes_down_and_up_again(url: str) -> None:
    migrate.upgrade(url)
    with migrate.opened(url) as connection:
        config = migrate.config_for(connection)
        command.downgrade(config, "base")
        command.upgrade(config, "head")
    assert migrate.differences(url) == []
