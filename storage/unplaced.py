"""What was said and could not be given to a case yet; kept until its sender says for which it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, func, insert, select, update

from bot.ids import Ids
from bot.messages import Attachment
from storage.schema.cases import unplaced
from storage.seal import Sealer

Side = Literal["sent", "held"]
"""Whether it is for one of the cases that she sent, or of those that she holds."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Words, files or both as they were said at once; `told_case` is whose owner knows of it already."""

    id: str
    person_id: str
    side: Side
    words: str
    files: tuple[Attachment, ...]
    said_at: datetime
    told_case: str | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    words: str
    files: tuple[Attachment, ...] = ()


_SAID: TypeAdapter[_Said] = TypeAdapter(_Said)


class Unplaced:
    """What waits for its case, sealed with its sender's key."""

    def __init__(self, connection: Connection, sealer: Sealer, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._sealer = sealer
        self._ids = ids

    def add(
        self, person_id: str, side: Side, words: str, files: tuple[Attachment, ...], now: datetime
    ) -> None:
        """Keep it, after what is there: what comes at one instant keeps its order too."""
        row_id = self._ids.new()
        last = self._db.execute(
            select(func.max(unplaced.c.said_at)).where(unplaced.c.person_id == person_id)
        ).scalar()
        said_at = now if last is None else max(now, last + timedelta(microseconds=1))
        value = self._sealer.seal(
            _SAID.dump_json(_Said(words, files)), scope=f"person:{person_id}", place=_place(row_id)
        )
        self._db.execute(
            insert(unplaced).values(id=row_id, person_id=person_id, side=side, value=value, said_at=said_at)
        )

    def of(self, person_id: str) -> Sequence[Kept]:
        """All of a person, in the order in which she said it."""
        query = select(unplaced).where(unplaced.c.person_id == person_id)
        rows = self._db.execute(query.order_by(unplaced.c.said_at, unplaced.c.id)).all()
        found = []
        for row in rows:
            said = _SAID.validate_json(self._sealer.open(row.value, place=_place(row.id)))
            kept = Kept(row.id, row.person_id, row.side, said.words, said.files, row.said_at, row.told_case)
            found.append(kept)
        return tuple(found)

    def told(self, kept_id: str, case_id: str) -> None:
        """The owner of a case knows of it."""
        self._db.execute(update(unplaced).where(unplaced.c.id == kept_id).values(told_case=case_id))

    def clear(self, person_id: str, *, before: datetime | None = None) -> None:
        """It went on, or is not wanted any more; with `before` only what is older."""
        hers = unplaced.c.person_id == person_id
        if before is not None:
            hers &= unplaced.c.said_at < before
        self._db.execute(delete(unplaced).where(hers))


def _place(row_id: str) -> str:
    return f"unplaced|{row_id}|value"
