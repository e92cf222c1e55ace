import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import configure_logs, get_logger


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_field_that_is_not_allowed_never_reaches_the_log() -> None:
    stream = io.StringIO()
    dropped: list[int] = []
    configure_logs(json=True, stream=stream, dropped=dropped.append)
    get_logger("test").info("message_dead", row=7, text="Sunita has a fever")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["row"]) == ("message_dead", 7)
    assert "Sunita" not in stream.getvalue()
    assert dropped == [1]


def test_words_in_place_of_an_event_are_not_logged() -> None:
    stream = io.StringIO()
    configure_logs(json=True, stream=stream)
    get_logger("test").info("Sunita wrote to us")
    assert json.loads(stream.getvalue())["event"] == "unnamed"


def test_what_a_library_says_is_not_repeated() -> None:
    stream = io.StringIO()
    configure_logs(json=True, stream=stream)
    logging.getLogger("httpx").warning("POST https://example.org/bot123:SECRET/sendMessage")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["library"]) == ("library_log", "httpx")
    assert "SECRET" not in stream.getvalue()
