"""What the program may take from the machine; a breach ends the program and not the service."""

import os
import resource
from dataclasses import dataclass

NICENESS = 10
MAX_OPEN_FILES = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """Address space of the whole program, CPU time of one task."""

    memory_bytes: int
    cpu_seconds: int


def confine(limits: Limits) -> None:
    """Once, after the imports: no file can be written afterwards and no core dump can hold pixels."""
    os.nice(NICENESS)
    _lower(resource.RLIMIT_AS, limits.memory_bytes)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, MAX_OPEN_FILES)


def arm_cpu_limit(limits: Limits) -> None:
    """For the task that starts now; the kernel counts from the program's start, so the limit moves on."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (_within(used + 1 + limits.cpu_seconds, hard), hard))


def _lower(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    lowered = _within(value, hard)
    resource.setrlimit(kind, (lowered, lowered))


def _within(value: int, hard: int) -> int:
    return value if hard == resource.RLIM_INFINITY else min(value, hard)
