"""`python -m bot.media MEMORY_BYTES CPU_SECONDS`: frames on standard input and output."""

import os
import sys
from functools import partial
from typing import BinaryIO

from bot.media.limits import Limits, arm_cpu_limit, confine
from bot.media.program import serve


def main(arguments: list[str]) -> None:
    memory_bytes, cpu_seconds = arguments
    limits = Limits(int(memory_bytes), int(cpu_seconds))
    outgoing = _take_standard_output()
    confine(limits)
    serve(sys.stdin.buffer, outgoing, before_task=partial(arm_cpu_limit, limits))


def _take_standard_output() -> BinaryIO:
    """The real one for frames; whatever a library prints goes to standard error instead."""
    frames = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(frames, "wb")


if __name__ == "__main__":
    main(sys.argv[1:])
