"""What `make bench` and `scanrelay bench` run: ratios to floors that are measured in the same run."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.bench import accept, overhead
from tests.bench.child import PROJECT
from tests.bench.figures import Figure, as_json, as_table, disk_of, lines, load_now

FIGURES = ("accept", "overhead")

_WIDTH = 140
"""Where the output goes to a file."""


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scanrelay bench", description=__doc__)
    parser.add_argument(
        "figures", nargs="*", metavar="FIGURE", help=f"which ({', '.join(FIGURES)}; else all)"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--rounds", type=int, default=5, help="of each figure, after one to warm up")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each half of a round (accept)")
    parser.add_argument("--connections", type=int, default=accept.TELEGRAMS_CONNECTIONS, help="(accept)")
    parser.add_argument("--cases", type=int, default=2, help="in each half of a round (overhead)")
    parser.add_argument("--folder", type=Path, default=PROJECT / "build", help="on the disk to measure")
    arguments = parser.parse_args(given)
    if unknown := set(arguments.figures) - set(FIGURES):
        parser.error(f"there is no figure {', '.join(sorted(unknown))}")
    return arguments


async def measure(arguments: argparse.Namespace) -> list[Figure]:
    """All figures that are asked for, one after the other; databases and keys in a folder that goes away."""
    figures: list[Figure] = []
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.figures or FIGURES:
        with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.folder) as made:
            sys.stderr.write(f"measuring {name} (load {load_now():.1f}) …\n")
            figures += await _one(name, Path(made), arguments)
    return figures


async def _one(name: str, folder: Path, arguments: argparse.Namespace) -> tuple[Figure, ...]:
    if name == "accept":
        effort = accept.Effort(arguments.rounds, arguments.seconds, arguments.connections)
        return await accept.measure(folder, effort)
    return await overhead.measure(folder, overhead.Effort(arguments.rounds, arguments.cases))


def main(given: Sequence[str] | None = None) -> None:
    """Measure and print. A goal that is missed is a result, not a failure: the exit status is 0."""
    arguments = _arguments(given)
    figures = asyncio.run(measure(arguments))
    if arguments.json:
        sys.stdout.write(
            json.dumps(as_json(figures, disk=disk_of(arguments.folder)), ensure_ascii=False) + "\n"
        )
        return
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    console.print(as_table(figures))
    said = [*lines(figures), "", f"The databases were on {disk_of(arguments.folder)}."]
    console.print("\n".join(said), markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
