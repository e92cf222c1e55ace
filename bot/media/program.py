"""The loop: one request in, one response out, until the service closes the pipe."""

from collections.abc import Callable
from typing import BinaryIO, assert_never

from bot.media.imaging.prepare import prepare
from bot.media.pictures.draw import draw
from bot.media.pictures.sheet import contact_sheet
from bot.media_contract import (
    PREFIX,
    DrawRequest,
    Frame,
    Header,
    PrepareRequest,
    RefusalReason,
    Refused,
    Request,
    Response,
    SheetRequest,
    frame_chunks,
    header_length,
    parse_header,
    parse_request,
    response_frame,
)


def serve(incoming: BinaryIO, outgoing: BinaryIO, *, before_task: Callable[[], None]) -> None:
    """Returns at the end of the input, or when memory ran out: what is left of the heap is not trusted."""
    while (frame := _read_frame(incoming)) is not None:
        before_task()
        response = _answer(frame)
        outgoing.writelines(frame_chunks(response_frame(frame.request_id, response)))
        outgoing.flush()
        if response == Refused(RefusalReason.OUT_OF_MEMORY):
            return


def _read_frame(incoming: BinaryIO) -> Frame | None:
    prefix = incoming.read(PREFIX.size)
    if len(prefix) < PREFIX.size:
        return None
    header: Header = parse_header(incoming.read(header_length(prefix)))
    return header.with_parts([incoming.read(length) for length in header.lengths])


def _answer(frame: Frame) -> Response:
    request = parse_request(frame)
    try:
        return perform(request)
    except MemoryError:
        return Refused(RefusalReason.OUT_OF_MEMORY)
    except Exception:  # noqa: BLE001  the boundary: the sender gets an answer, the next picture its turn
        return Refused(RefusalReason.CRASHED)


def perform(request: Request) -> Response:
    match request:
        case PrepareRequest():
            return prepare(request)
        case SheetRequest():
            return contact_sheet(request)
        case DrawRequest():
            return draw(request)
        case _:
            assert_never(request)
