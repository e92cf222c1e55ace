"""Starts the media program and talks to it; the service itself never loads an image library."""

import asyncio
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.media_contract import (
    DEFAULT_BUDGET,
    PREFIX,
    Budget,
    ContractError,
    DrawingKind,
    DrawRequest,
    Frame,
    Picture,
    Prepared,
    PrepareRequest,
    RefusalReason,
    Refused,
    Request,
    Response,
    SheetRequest,
    frame_chunks,
    header_length,
    parse_header,
    parse_response,
    request_frame,
)

COMMAND = (sys.executable, "-m", "bot.media")
PROJECT = Path(__file__).resolve().parents[1]
# Nothing of the service's environment, which holds its tokens; one malloc arena for the program's one thread.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1"}
FAREWELL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """Address space of a child, CPU time of one request, and requests before a fresh child takes over."""

    memory_bytes: int = 1 << 30
    cpu_seconds: int = 20
    requests: int = 200


class MediaError(Exception):
    """The media client could not take the request."""


class MediaBusyError(MediaError):
    """Too many requests wait already; try again later."""


class MediaClosedError(MediaError):
    """The media client is closed; the request was not answered."""


class MediaClient:
    """A small pool of children, started when first needed and ended after `idle_seconds` without work."""

    def __init__(
        self,
        *,
        max_children: int = 1,
        max_waiting: int = 64,
        idle_seconds: float = 300.0,
        timeout_seconds: float = 30.0,
        limits: ChildLimits = ChildLimits(),
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._slots = asyncio.Semaphore(max_children)
        self._max_waiting = max_waiting
        self._waiting = 0
        self._idle_seconds = idle_seconds
        self._timeout_seconds = timeout_seconds
        self._limits = limits
        self._command = (*command, str(limits.memory_bytes), str(limits.cpu_seconds))
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def children(self) -> int:
        """How many children run, busy or idle."""
        return len(self._busy) + sum(child.is_alive for child in self._idle)

    async def prepare(self, data: bytes, *, budget: Budget = DEFAULT_BUDGET) -> Prepared | Refused:
        """One attachment's bytes to a stored master and a preview within the budget."""
        response = await self._ask(PrepareRequest(data, budget))
        return response if isinstance(response, Prepared | Refused) else Refused(RefusalReason.CRASHED)

    async def contact_sheet(
        self, previews: Sequence[bytes], *, labels: Sequence[str], budget: Budget = DEFAULT_BUDGET
    ) -> Picture | Refused:
        """Up to twelve previews, numbered with `labels`, on one JPEG."""
        response = await self._ask(SheetRequest(tuple(previews), tuple(labels), budget))
        return response if isinstance(response, Picture | Refused) else Refused(RefusalReason.CRASHED)

    async def draw(
        self, kind: DrawingKind, parameters: Mapping[str, Any], *, budget: Budget = DEFAULT_BUDGET
    ) -> Picture | Refused:
        """A drawing from strings that are already in the reader's language."""
        response = await self._ask(DrawRequest(kind, parameters, budget))
        return response if isinstance(response, Picture | Refused) else Refused(RefusalReason.CRASHED)

    async def close(self) -> None:
        """Ends every child within two seconds; whoever still waits gets `MediaClosedError`."""
        self._closed = True
        for child in self._busy:
            child.kill()
        for child in self._idle:
            self._end(child)
        self._idle.clear()
        await asyncio.gather(*(child.reaped() for child in self._busy), *self._ending)

    async def _ask(self, request: Request) -> Response:
        if self._closed:
            raise MediaClosedError
        if self._waiting >= self._max_waiting:
            raise MediaBusyError
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            return await self._ask_some_child(request)
        finally:
            self._slots.release()

    async def _ask_some_child(self, request: Request) -> Response:
        """A used child that breaks gets no blame on the picture: a fresh one is asked once more."""
        used = self._take_idle()
        if used is not None:
            response = await self._ask_child(used, request)
            if response != Refused(RefusalReason.CRASHED):
                return response
        if self._closed:
            raise MediaClosedError
        return await self._ask_child(await self._start(), request)

    async def _ask_child(self, child: "_Child", request: Request) -> Response:
        self._busy.add(child)
        try:
            response = await child.ask(request, timeout_seconds=self._timeout_seconds)
        finally:
            self._busy.discard(child)
            self._put_back(child)
        if self._closed and isinstance(response, Refused):
            raise MediaClosedError
        return response

    async def _start(self) -> "_Child":
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=PROJECT,
            env=ENVIRONMENT,
        )
        return _Child(process)

    def _take_idle(self) -> "_Child | None":
        while self._idle:
            child = self._idle.pop()
            child.stop_clock()
            if child.is_alive:
                return child
        return None

    def _put_back(self, child: "_Child") -> None:
        """Only a child that answered in full is used again; the others are dead or in an unknown state."""
        if self._closed or not child.is_in_step or child.requests >= self._limits.requests:
            self._end(child)
            return
        child.start_clock(self._idle_seconds, self._end_idle)
        self._idle.append(child)

    def _end_idle(self, child: "_Child") -> None:
        self._idle.remove(child)
        self._end(child)

    def _end(self, child: "_Child") -> None:
        task = asyncio.get_running_loop().create_task(child.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


class _Child:
    """One running media program, asked one thing at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._input = process.stdin
        self._output = process.stdout
        self._clock: asyncio.TimerHandle | None = None
        self.requests = 0
        self.is_in_step = True

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, request: Request, *, timeout_seconds: float) -> Response:
        self.requests += 1
        self.is_in_step = False
        try:
            async with asyncio.timeout(timeout_seconds):
                response = await self._exchange(request)
        except TimeoutError:
            self.kill()
            return Refused(RefusalReason.TIMEOUT)
        except (OSError, asyncio.IncompleteReadError, ContractError):
            self.kill()
            return Refused(await self._cause_of_death())
        self.is_in_step = response != Refused(RefusalReason.OUT_OF_MEMORY)
        return response

    async def _exchange(self, request: Request) -> Response:
        for chunk in frame_chunks(request_frame(self.requests, request)):
            self._input.write(chunk)
            await self._input.drain()
        frame = await self._read_frame()
        if frame.request_id != self.requests:
            raise ContractError("the response to another request")
        return parse_response(frame)

    async def _read_frame(self) -> Frame:
        prefix = await self._output.readexactly(PREFIX.size)
        header = parse_header(await self._output.readexactly(header_length(prefix)))
        return header.with_parts([await self._output.readexactly(length) for length in header.lengths])

    async def _cause_of_death(self) -> RefusalReason:
        code = await self._process.wait()
        return RefusalReason.TIMEOUT if code == -signal.SIGXCPU else RefusalReason.CRASHED

    def start_clock(self, seconds: float, ring: "Callable[[_Child], None]") -> None:
        self._clock = asyncio.get_running_loop().call_later(seconds, ring, self)

    def stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def kill(self) -> None:
        if self.is_alive:
            self._process.kill()

    async def reaped(self) -> None:
        await self._process.wait()

    async def end(self) -> None:
        """Closes the pipe, as the program waits for that; kills it if it works on."""
        self.stop_clock()
        self._input.close()
        if not self.is_in_step:
            self.kill()
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()
