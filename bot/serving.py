"""uvicorn in our own loop: it neither takes the signals nor writes an access log (URLs can hold tokens)."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette


class PortTakenError(OSError):
    """Something else listens at the address."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the command line's."""
        yield


class HttpServer:
    """Serves an application until it is stopped."""

    def __init__(self, app: Starlette, *, host: str, port: int) -> None:
        """Port 0 takes any free one; `port` says which."""
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            access_log=False,
            log_config=None,
            # The parser in C: with h11 a webhook costs twice the CPU.
            http="httptools",
            lifespan="off",
            timeout_graceful_shutdown=3,
            server_header=False,
        )
        self._server = _Server(config)
        self._port = port
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """Where it listens, after `start`."""
        port: int = self._server.servers[0].sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        """Listening when it returns; PortTakenError if it can't."""
        self._task = asyncio.create_task(self._serve())
        while not self._server.started:
            if self._task.done():
                raise PortTakenError(f"port {self._port} is taken; set SCANRELAY_PORT to another one.")
            await asyncio.sleep(0.01)

    async def _serve(self) -> None:
        try:
            await self._server.serve()
        except SystemExit:
            # uvicorn ends the process when it cannot listen; who started it decides that here.
            return

    async def stop(self) -> None:
        """Answer what is under way, then listen no more."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
