"""A program that is measured: it says when it is ready, answers one JSON line for each that it is asked, and ends
with its standard input. Both ends of the talk are here.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
_ANSWER_SECONDS = 60.0
_TICKS_A_SECOND = 100.0
"""Of `/proc/<pid>/stat` (proc(5): USER_HZ, 100 on every platform of Linux that Python has wheels for)."""

Answer = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


class ChildError(RuntimeError):
    """A measured program ended or was silent; the text is a sentence."""


# --- in the program -----------------------------------------------------------------------------------------


def given() -> dict[str, Any]:
    """What the program was started with."""
    arguments: dict[str, Any] = json.loads(sys.argv[1])
    return arguments


async def serve_parent(ready: Mapping[str, Any], answer: Answer | None = None) -> None:
    """Until the parent closes standard input; `{"what": "cpu"}` is answered here, all else by `answer`."""
    _say(ready)
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        if asked["what"] == "cpu":
            _say({"cpu": time.process_time()})
        elif answer is not None:
            _say(await answer(asked))


def _say(what: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


# --- in the parent ------------------------------------------------------------------------------------------


class Child:
    """A running program."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        """`name`: its module, for errors."""
        self.name = name
        self.ready: Mapping[str, Any] = {}
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, what: str, **more: object) -> Mapping[str, Any]:
        """What it answers; ChildError if it does not."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"what": what, **more}).encode() + b"\n")
        return await self.hear()

    async def hear(self) -> Mapping[str, Any]:
        """Its next line."""
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise ChildError(f"{self.name} gave no answer for {_ANSWER_SECONDS:.0f} s.") from None
        if not line:
            raise ChildError(f"{self.name} ended; its own words are on standard error.")
        heard: Mapping[str, Any] = json.loads(line)
        return heard

    async def cpu(self) -> float:
        """CPU seconds of the program itself so far, user and system, all threads."""
        return float((await self.ask("cpu"))["cpu"])

    def cpu_of_programs(self) -> float:
        """CPU seconds so far of the programs that it runs now (the media program), to a hundredth."""
        return sum(_cpu_of(child) for child in _children_of(self.pid))

    async def end(self) -> None:
        """Close its input and wait; it is killed if it stays."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(15):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def running(program: str, arguments: Mapping[str, object], *, folder: Path) -> AsyncIterator[Child]:
    """`python -m tests.bench.<program>` in `folder`, ready."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"tests.bench.{program}", json.dumps(arguments)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        cwd=folder,
    )
    child = Child(program, process)
    try:
        child.ready = await child.hear()
        yield child
    finally:
        await child.end()


def _children_of(pid: int) -> list[int]:
    # Each thread lists the children that it started.
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for one in lists for child in one.read_text().split()]


def _cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND
