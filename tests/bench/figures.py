"""Results as values: rounds of a floor and of ours, their ratios, and how they are shown."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of the floor and the turn of ours next to it, in the figure's unit; the machine's load then."""

    floor: float
    ours: float
    load: float

    @property
    def ratio(self) -> float:
        return self.ours / self.floor


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured; `goal` bounds the median ratio from below (`at_least`) or from above."""

    name: str
    unit: str
    floor_is: str
    rounds: tuple[Round, ...]
    goal: float | None
    at_least: bool
    notes: tuple[str, ...] = ()
    counts: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios: each pair ran side by side, so a busy moment hits both."""
        return median(one.ratio for one in self.rounds)

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest of the rounds' ratios."""
        ratios = [one.ratio for one in self.rounds]
        return min(ratios), max(ratios)

    @property
    def meets(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal


def load_now() -> float:
    """The load average of the last minute."""
    return os.getloadavg()[0]


def disk_of(folder: Path) -> str:
    """The kind of file system below a folder: on `tmpfs` no commit reaches a disk."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    under = [(place, kind) for place, kind in mounts if folder.resolve().is_relative_to(place)]
    return max(under, key=lambda one: len(one[0]))[1]


def as_json(figures: Sequence[Figure], *, disk: str) -> dict[str, object]:
    """For `--json`; `disk` as of `disk_of`."""
    return {"cores": os.cpu_count(), "disk": disk, "figures": [_figure_json(one) for one in figures]}


def _figure_json(figure: Figure) -> dict[str, object]:
    low, high = figure.spread
    return {
        "name": figure.name,
        "unit": figure.unit,
        "floor_is": figure.floor_is,
        "ratio": round(figure.ratio, 3),
        "low": round(low, 3),
        "high": round(high, 3),
        "goal": figure.goal,
        "at_least": figure.at_least,
        "meets": figure.meets,
        "rounds": [{"floor": one.floor, "ours": one.ours, "load": one.load} for one in figure.rounds],
        "counts": dict(figure.counts),
        "notes": list(figure.notes),
    }


def as_table(figures: Sequence[Figure]) -> Table:
    """For people."""
    table = Table("figure", "unit", "floor", "ours", "ratio", "spread", "goal", "", "load", box=None)
    for one in figures:
        low, high = one.spread
        table.add_row(
            one.name,
            one.unit,
            _number(median(turn.floor for turn in one.rounds)),
            _number(median(turn.ours for turn in one.rounds)),
            f"{one.ratio:.2f}",
            f"{low:.2f}-{high:.2f} ({len(one.rounds)})",
            _goal(one),
            {True: "[green]met[/]", False: "[red]missed[/]", None: ""}[one.meets],
            f"{median(turn.load for turn in one.rounds):.1f}",
        )
    return table


def lines(figures: Sequence[Figure]) -> list[str]:
    """What has to be read beside the table: what each floor is, what was counted, and what to know of it."""
    said = []
    for one in figures:
        said += ["", f"{one.name}: ratio of ours to {one.floor_is}."]
        said += [f"  {what}: {_number(value)}" for what, value in one.counts.items()]
        said += [f"  {note}" for note in one.notes]
    return said


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return f"{'≥' if figure.at_least else '≤'} {figure.goal:g}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
