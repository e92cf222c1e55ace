"""What the tests of the layout read: the project's own files as they lie in the checkout."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("bot", "handlers", "storage")
_BINARY = {".png", ".jpg", ".jpeg", ".ogg", ".ico", ".dcm", ".webp"}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file in the index, so neither `.venv` nor somebody's data."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return tuple(path for name in names.split("\0") if name and (path := ROOT / name).is_file())


def tracked_texts() -> Iterator[tuple[Path, str]]:
    """Every tracked text file with its text; licences and pictures are not ours to word."""
    for path in tracked():
        if path.suffix not in _BINARY and path.name != "LICENSE":
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8", errors="replace")


@cache
def modules(*folders: str) -> dict[str, ast.Module]:
    """The syntax trees of all Python files below `folders`, by path."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def imported(tree: ast.Module) -> set[str]:
    """The absolute names that a module imports; of `from a.b import c` both `a.b` and `a.b.c`."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names
