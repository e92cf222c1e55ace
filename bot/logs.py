"""Log lines that cannot hold a person: an allow-list of field names, and no text of anybody else's making.

An event is a word of ours (`message_dead`); its fields are ids, codes and counts. Whatever is not on the list
is dropped and counted. What libraries log is reduced to their name and level, because their texts hold tokens
(httpx prints the URL with the bot's) and data (an exception's text quotes its input).
"""

import logging
import re
import sys
import traceback
from collections.abc import Callable
from typing import TextIO

import structlog
from structlog.types import EventDict, FilteringBoundLogger, Processor

ALLOWED = frozenset(
    {
        "action",
        "attempt",
        "attachment_id",
        "blob_id",
        "case_id",
        "channel",
        "code",
        "component",
        "count",
        "database",
        "error",
        "event",
        "host",
        "kind",
        "level",
        "library",
        "mode",
        "outcome",
        "port",
        "queue",
        "reason",
        "row",
        "seconds",
        "state",
        "status",
        "timer",
        "timestamp",
        "version",
        "where",
        "worker",
    }
)
"""Field names that may be logged: their values are made by us."""

_EVENT = re.compile(r"[a-z][a-z0-9_]{1,60}")
_LONGEST = 200

Logger = FilteringBoundLogger


def configure_logs(
    *,
    json: bool,
    level: str = "INFO",
    stream: TextIO | None = None,
    dropped: Callable[[int], object] | None = None,
) -> None:
    """Set logging up for the process; `dropped` is told how many fields a line lost."""
    renderer: Processor = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            allow_list(dropped or _ignore),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stdout),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Libraries()], level=logging.WARNING, force=True)
    for name in (
        "httpx",
        "httpcore",
        "telegram",
        "aiohttp",
        "twilio",
        "sqlalchemy",
        "apscheduler",
        "uvicorn",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)


def get_logger(component: str) -> Logger:
    """The log of one part of the service."""
    logger: Logger = structlog.get_logger(component=component)
    return logger


def where(error: BaseException) -> str:
    """The places an error came through, innermost last, without its text: `deliver.py:88 outbox.py:140`."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames)


def allow_list(dropped: Callable[[int], object]) -> Processor:
    """A processor that keeps allowed fields of simple values, and events that are words of ours."""

    def keep(_logger: object, _method: str, line: EventDict) -> EventDict:
        kept = {name: _plain(value) for name, value in line.items() if name in ALLOWED}
        if not _EVENT.fullmatch(str(kept.get("event", ""))):
            kept["event"] = "unnamed"
        if len(kept) < len(line):
            dropped(len(line) - len(kept))
        return kept

    return keep


def _plain(value: object) -> str | int | float | bool | None:
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)[:_LONGEST] if isinstance(value, str) else type(value).__name__


def _ignore(_count: int) -> None:
    """Nobody counts."""


class _Libraries(logging.Handler):
    """Says that a library warned, and never what it said."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line of ours for one of theirs."""
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        log = structlog.get_logger(component="libraries")
        log.log(record.levelno, "library_log", library=record.name, error=error)
