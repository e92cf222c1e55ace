"""The tables' common ground: one metadata, and column types that mean the same on both databases."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import DateTime, TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """An instant: aware in, aware UTC out; SQLite keeps it as UTC text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC for the database; a naive datetime is a defect of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[bytes]):
    """What people wrote or are, as `storage.seal.Sealer` made it; a value that is not sealed is refused."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """The sealed bytes themselves."""
        if value is not None and not value.startswith(SEAL_MAGIC):
            raise ValueError("an unsealed value was about to be stored")
        return value


SEAL_MAGIC = b"SR"
"""The first bytes of everything sealed."""


def id_column(name: str = "id", *args: SchemaItem, primary_key: bool = True, **options: Any) -> Column[str]:
    """A row id of `bot.ids.Ids.new`: 32 hex digits, the primary key unless told otherwise."""
    return Column(name, String(32), *args, primary_key=primary_key, **options)


def ref_column(name: str, *args: SchemaItem, nullable: bool = False, **options: Any) -> Column[str]:
    """Another row's id; pass a ForeignKey in `args` where the tables are of one owner."""
    return Column(name, String(32), *args, nullable=nullable, **options)


def instant_column(name: str, *args: SchemaItem, nullable: bool = False, **options: Any) -> Column[datetime]:
    """An instant (aware, UTC)."""
    return Column(name, Instant(), *args, nullable=nullable, **options)


def sealed_column(name: str, *args: SchemaItem, nullable: bool = False, **options: Any) -> Column[bytes]:
    """Bytes that only `Sealer.open` reads."""
    return Column(name, Sealed(), *args, nullable=nullable, **options)


def code_column(
    name: str,
    *args: SchemaItem,
    nullable: bool = False,
    length: int = 64,
    **options: Any,
) -> Column[str]:
    """A word of a closed set, a key of ours, or a hash: never what a person wrote."""
    return Column(name, String(length), *args, nullable=nullable, **options)
