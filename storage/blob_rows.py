"""The rows of blobs: what each is, not its bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from storage.schema.runtime import blobs


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file. `scope` names the key it is sealed with; `size` and `sha256` are of the plain bytes."""

    id: str
    scope: str
    kind: str
    mime: str
    size: int
    sha256: str
    created_at: datetime
    case_id: str | None = None


class BlobRows:
    """Blobs by id; a row is added after its file is durable."""

    def __init__(self, connection: Connection) -> None:
        """Within one transaction."""
        self._db = connection

    def add(self, blob: Blob) -> None:
        """A new blob."""
        self._db.execute(
            insert(blobs).values(
                id=blob.id,
                scope=blob.scope,
                case_id=blob.case_id,
                kind=blob.kind,
                mime=blob.mime,
                size=blob.size,
                sha256=blob.sha256,
                created_at=blob.created_at,
            )
        )

    def get(self, blob_id: str) -> Blob | None:
        """The blob of that id."""
        return self.many((blob_id,)).get(blob_id)

    def many(self, ids: Iterable[str]) -> dict[str, Blob]:
        """Those of the ids that exist, by id."""
        query = select(blobs).where(blobs.c.id.in_(list(ids)))
        return {
            row.id: Blob(
                id=row.id,
                scope=row.scope,
                kind=row.kind,
                mime=row.mime,
                size=row.size,
                sha256=row.sha256,
                created_at=row.created_at,
                case_id=row.case_id,
            )
            for row in self._db.execute(query)
        }

    def delete(self, blob_id: str) -> bool:
        """Take the row away (before its file); whether it was there."""
        return self._db.execute(delete(blobs).where(blobs.c.id == blob_id)).rowcount == 1
