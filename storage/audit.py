"""The audit trail: a keyed hash chain, in which a changed, removed or inserted row shows."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from storage.locks import for_change
from storage.portable import insert_new, upsert
from storage.schema.runtime import audit, meta
from storage.seal import Sealer

_HEAD = "audit.head"
_START = "0:"


@dataclass(frozen=True, slots=True)
class Broken:
    """The chain does not hold at this row (one past the last where rows are missing at the end)."""

    seq: int


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which row, when; ids and codes only."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, str | int]


class Audit:
    """Looks and changes, in order."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        """Within one transaction."""
        self._db = connection
        self._sealer = sealer
        self._pending: list[dict[str, Any]] = []

    def append(
        self,
        actor: str,
        action: str,
        subject: str,
        now: datetime,
        *,
        detail: Mapping[str, str | int] | None = None,
    ) -> None:
        """Add an entry; `actor` and `subject` are row ids, `detail` holds ids and codes only."""
        self._pending.append(
            {
                "at": now,
                "actor": actor,
                "action": action,
                "subject": subject,
                "detail": json.dumps(dict(detail or {}), sort_keys=True),
            }
        )

    def flush(self) -> None:
        """Chain what was added. Last in its transaction: all transactions stand in line at the chain's head."""
        if not self._pending:
            return
        rows, self._pending = self._pending, []
        last, chain = self._head()
        for seq, row in enumerate(rows, last + 1):
            row["seq"] = seq
            chain = row["chain"] = self._chain(chain, row)
        self._db.execute(insert(audit), rows)
        upsert(self._db, meta, {"name": _HEAD, "value": f"{last + len(rows)}:{chain}"})

    def verify(self) -> int | Broken:
        """How many entries there are, all of them as they were written; or where the chain breaks."""
        self.flush()
        previous, count = "", 0
        for row in self._db.execute(select(audit).order_by(audit.c.seq)):
            if row.seq != count + 1 or not hmac.compare_digest(
                row.chain, self._chain(previous, row._asdict())
            ):
                return Broken(count + 1)
            previous, count = row.chain, row.seq
        head = self._db.execute(select(meta.c.value).where(meta.c.name == _HEAD)).scalar() or _START
        return count if head == (f"{count}:{previous}") else Broken(count + 1)

    def of(self, subject: str) -> tuple[AuditEntry, ...]:
        """Everything about one row."""
        self.flush()
        query = select(audit).where(audit.c.subject == subject).order_by(audit.c.seq)
        return tuple(map(_entry, self._db.execute(query)))

    def _head(self) -> tuple[int, str]:
        query = for_change(self._db, select(meta.c.value).where(meta.c.name == _HEAD), meta)
        head = self._db.execute(query).scalar_one_or_none()
        if head is None:
            insert_new(self._db, meta, {"name": _HEAD, "value": _START})
            head = self._db.execute(query).scalar_one()
        seq, _, chain = head.partition(":")
        return int(seq), chain

    def _chain(self, previous: str, row: Mapping[str, Any]) -> str:
        said = [row[name] for name in ("seq", "actor", "action", "subject", "detail")]
        content = json.dumps([previous, row["at"].astimezone(UTC).isoformat(), *said]).encode()
        return hmac.new(self._sealer.derive("audit"), content, hashlib.sha256).hexdigest()


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(row.seq, row.at, row.actor, row.action, row.subject, json.loads(row.detail))
