"""Checks requests against the vendor's own machine-readable specification of the Bot API."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SPEC_VARIABLE = "SCANRELAY_TEST_SPECS"
_FILE = "telegram_bot_api_10.1.min.json"

Json = object


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a method or type; `types` as the specification writes them (`Array of Integer`)."""

    types: tuple[str, ...]
    required: bool


# What the specification says in prose only, least and most: characters after parsing, items, bytes.
_SIZES = {"text": (1, 4096), "caption": (0, 1024), "media": (2, 10), "callback_data": (1, 64)}
_PLAIN: dict[str, type | tuple[type, ...]] = {
    "Integer": int,
    "String": str,
    "Boolean": bool,
    "Float": (int, float),
    "True": bool,
}


def spec_path() -> Path | None:
    """Where the specification lies, None where the environment does not say."""
    folder = os.environ.get(SPEC_VARIABLE)  # noqa: TID251
    path = Path(folder) / _FILE if folder else None
    return path if path is not None and path.exists() else None


class BotApiSpec:
    """The Bot API as its vendor describes it; `problems` lists what a request has against it."""

    def __init__(self, path: Path) -> None:
        """`path`: api.json of PaulSonOfLars/telegram-bot-api-spec."""
        content = json.loads(path.read_text())
        self._methods = {name: _fields(method) for name, method in content["methods"].items()}
        self._types = {name: _fields(kind) for name, kind in content["types"].items()}
        self._subtypes = {
            name: kind["subtypes"] for name, kind in content["types"].items() if "subtypes" in kind
        }

    def problems(
        self, method: str, params: Mapping[str, Json], files: frozenset[str] = frozenset()
    ) -> list[str]:
        """What is wrong with a request: parameters as typed values or as the strings of a form."""
        known = self._methods.get(method)
        if known is None:
            return [f"{method}: unknown method"]
        given = dict.fromkeys(files & known.keys(), "attach://file") | dict(params)
        return [f"{method}: {problem}" for problem in self._object(known, given, "")]

    def _object(self, fields: Mapping[str, Field], given: Mapping[str, Json], at: str) -> Iterator[str]:
        yield from (f"{at}{name} is unknown" for name in given.keys() - fields.keys())
        for name, field in fields.items():
            if name in given:
                yield from self._value(field.types, given[name], f"{at}{name}")
                yield from _sizes(name, given[name], f"{at}{name}")
            elif field.required:
                yield f"{at}{name} is missing"

    def _value(self, types: tuple[str, ...], value: Json, at: str) -> Iterator[str]:
        """The value is right if any of its types takes it; else the fewest complaints of one of them."""
        complaints = [
            list(self._typed(kind, reading, at)) for kind in types for reading in _readings(kind, value)
        ]
        if all(complaints):
            yield from min(complaints, key=len, default=[f"{at} has no readable value"])

    def _typed(self, kind: str, value: Json, at: str) -> Iterator[str]:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                yield f"{at} is no array"
                return
            for place, item in enumerate(value):
                yield from self._value((kind.removeprefix("Array of "),), item, f"{at}[{place}]")
        elif kind in _PLAIN:
            if not _is_plain(kind, value):
                yield f"{at} is no {kind}"
        elif kind == "InputFile":
            if not isinstance(value, str):
                yield f"{at} is no file"
        elif kind in self._subtypes:
            yield from self._value(tuple(self._subtypes[kind]), value, at)
        else:
            yield from self._nested(kind, value, at)

    def _nested(self, kind: str, value: Json, at: str) -> Iterator[str]:
        if isinstance(value, dict):
            yield from self._object(self._types[kind], value, f"{at}.")
        else:
            yield f"{at} is no {kind}"


def _fields(described: Mapping[str, Json]) -> dict[str, Field]:
    fields = described.get("fields", [])
    assert isinstance(fields, list)
    return {field["name"]: Field(tuple(field["types"]), field["required"]) for field in fields}


def _readings(kind: str, value: Json) -> Iterator[Json]:
    """A form carries everything but strings as JSON in a string."""
    yield value
    if isinstance(value, str) and kind not in ("String", "InputFile"):
        try:
            yield json.loads(value)
        except ValueError:
            return


def _is_plain(kind: str, value: Json) -> bool:
    if kind in ("Boolean", "True"):
        return isinstance(value, bool)
    return isinstance(value, _PLAIN[kind]) and not isinstance(value, bool)


def _sizes(name: str, value: Json, at: str) -> Iterator[str]:
    """The limits that are prose; `text` and `media` mean something else inside of nested types."""
    if name == "callback_data" and isinstance(value, str):
        size: int | None = len(value.encode())
    elif name in _SIZES and name in {"caption", at}:
        size = _size(value, items=name == "media")
    else:
        return
    least, most = _SIZES[name]
    if size is not None and not least <= size <= most:
        yield f"{at} has a size of {size}"


def _size(value: Json, *, items: bool) -> int | None:
    if isinstance(value, str) and not items:
        return len(without_tags(value).encode("utf-16-le")) // 2
    listed = json.loads(value) if isinstance(value, str) else value
    return len(listed) if isinstance(listed, list) else None


def without_tags(text: str) -> str:
    """What remains of Telegram's HTML after its entities are parsed, by the small set of tags that we use."""
    for tag in ("b", "i", "blockquote", "code"):
        text = text.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
