"""Takes up what other processes had taken when they died, within about two seconds (PostgreSQL)."""

from datetime import datetime, timedelta
from functools import partial

from bot.logs import get_logger
from storage.engine import Database
from storage.unit_of_work import UnitOfWork

LOOK_SECONDS = 1.0
"""From one look to the next."""

_PATIENCE = timedelta(seconds=0.8)
"""A process that lost its connection is back within a fraction of it; two looks in a row are further apart."""

_log = get_logger("takeover")


class TakeOver:
    """Looks for takers that are gone; any number of processes may."""

    def __init__(self, database: Database) -> None:
        """On SQLite there is nobody else: `recover` of each worker does it once."""
        self._database = database
        self._missing_since: dict[str, datetime] = {}

    async def step(self, now: datetime) -> int:
        """Release the rows of those who were missing at the last look, too; how many rows."""
        missing = await self._database.read(lambda uow: uow.takers.missing(now))
        self._missing_since = {name: self._missing_since.get(name, now) for name in missing}
        gone = [name for name, since in self._missing_since.items() if now - since >= _PATIENCE]
        return sum([await self._release(name, now) for name in gone])

    async def _release(self, taker: str, now: datetime) -> int:
        count = await self._database.run(partial(_released, taker, now))
        if count:
            _log.warning("taken_over", count=count)
        return count


def _released(taker: str, now: datetime, uow: UnitOfWork) -> int:
    return uow.takers.release(taker, now)
