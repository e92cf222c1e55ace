"""Which msgids the code names, read from its syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Use:
    """`Text("…")` with a literal msgid; `params` is None where they are not a literal dictionary."""

    msgid: str
    place: str
    params: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Usage:
    """`prefixes` are the beginnings of msgids put together in code; `strings` are all other literals."""

    uses: tuple[Use, ...]
    prefixes: frozenset[str]
    strings: frozenset[str]

    def names(self, msgid: str) -> bool:
        return msgid in self.strings or any(msgid.startswith(prefix) for prefix in self.prefixes)


def usage_in(root: Path, folders: tuple[str, ...]) -> Usage:
    """The msgids in all modules below `root`'s folders."""
    uses: list[Use] = []
    prefixes: set[str] = set()
    strings: set[str] = set()
    for path in sorted(path for folder in folders for path in (root / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                uses.extend(_uses(node, f"{path.relative_to(root)}:{node.lineno}"))
            elif isinstance(node, ast.JoinedStr):
                prefixes.update(_prefix(node))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                strings.add(node.value)
    return Usage(tuple(uses), frozenset(prefixes), frozenset(strings))


def _uses(call: ast.Call, place: str) -> Iterator[Use]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name != "Text":
        return
    given = dict(zip(("msgid", "params", "count"), call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    for msgid in _literals(given.get("msgid")):
        yield Use(msgid, place, _params(given.get("params"), counted="count" in given))


def _literals(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _params(node: ast.expr | None, *, counted: bool) -> frozenset[str] | None:
    names = {"count"} if counted else set()
    if node is None:
        return frozenset(names)
    if not isinstance(node, ast.Dict):
        return None
    keys = [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    return frozenset(names | set(keys)) if len(keys) == len(node.keys) else None


def _prefix(node: ast.JoinedStr) -> Iterator[str]:
    first = node.values[0] if node.values else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and "." in first.value:
        yield first.value
