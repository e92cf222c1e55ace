"""Reads `locales/phrases/<language>.toml`: English texts with their rules, and the translations of them."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.domain.marks import MarkKind
from bot.domain.phrase_rules import Rule
from bot.domain.report import Finding
from bot.domain.study import Priority

PLACEHOLDER = re.compile(r"\{(\w+)\}")
VALUES = "value"
OTHER = "other"
_RULES = frozenset({"needs", "min_urgency", "excludes", "caution"})
"""They are the same in every language and stand beside the English text only."""
_VALUE_KEYS = frozenset({"text", "risk"})
_ENTRY_KEYS = _VALUE_KEYS | {"category", "negated", "placeholders"} | _RULES
_TRANSLATION_KEYS = frozenset({"text", "source_sha", "status", "reviews", "translator", "back", "audio"})


class PhraseError(ValueError):
    """A phrase, a placeholder or a phrase file that is not as it must be; the message says which and why."""


class Category(StrEnum):
    URGENCY = "urgency"
    CORRECTION = "correction"
    LABEL = "label"
    QUALITY = "quality"
    CHEST_XRAY = "chest_xray"
    BONE_XRAY = "bone_xray"
    OBSTETRIC_US = "obstetric_us"
    ABDOMINAL_US = "abdominal_us"
    HEAD_CT = "head_ct"
    ABDOMINAL_XRAY = "abdominal_xray"
    ACTION = "action"
    QUESTION = "question"
    CLOSING = "closing"


class Risk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Status(StrEnum):
    MACHINE = "machine"
    DRAFT = "draft"
    REVIEWED = "reviewed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class IntRange:
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Codes:
    """Written the same in every language: spine levels, telephone numbers."""

    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Members have a text of their own, `value.<name>.<member>`."""

    name: str
    members: tuple[str, ...]


Placeholder = IntRange | Codes | Enumeration


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts by CLDR plural category of the phrase's number; `other` is always there."""

    forms: Mapping[str, str]

    def form(self, category: str) -> str:
        return self.forms.get(category, self.forms[OTHER])

    @property
    def sha(self) -> str:
        """First 12 hex digits of the SHA-256 of all forms, `other` last."""
        return hashlib.sha256("\n".join(self.forms.values()).encode()).hexdigest()[:12]

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(PLACEHOLDER.findall(self.forms[OTHER]))


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase in English, or (without a category) the word for a member of an enumeration."""

    key: str
    wording: Wording
    risk: Risk
    category: Category | None = None
    negated: bool = False
    placeholders: Mapping[str, Placeholder] = field(default_factory=dict)
    rule: Rule = field(default_factory=Rule)
    """As the file has it: `excludes` may name whole categories (`Phrasebook.rule` resolves them)."""


@dataclass(frozen=True, slots=True)
class Review:
    by: str
    role: str


@dataclass(frozen=True, slots=True)
class Translation:
    wording: Wording
    source_sha: str
    status: Status
    reviews: tuple[Review, ...] = ()


def read_entries(path: Path) -> dict[str, Entry]:
    """The English file; PhraseError says what is wrong with it."""
    tables = dict(_tables(_load(path)))
    members = _members(tables)
    return {key: _entry(key, table, members) for key, table in tables.items()}


def read_translations(path: Path) -> dict[str, Translation]:
    """The file of any other language; PhraseError says what is wrong with it."""
    return {key: _translation(key, table) for key, table in _tables(_load(path))}


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PhraseError(f"{path.name}: {error}") from error


def _tables(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, table in data.items():
        if not isinstance(table, dict):
            raise PhraseError(f"{prefix}{name}: expected a table with a text")
        if "text" in table:
            yield f"{prefix}{name}", table
        else:
            yield from _tables(table, f"{prefix}{name}.")


def _members(tables: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    members: dict[str, tuple[str, ...]] = {}
    for key in tables:
        parts = key.split(".")
        if parts[0] == VALUES:
            members[parts[1]] = (*members.get(parts[1], ()), parts[2])
    return members


def _entry(key: str, table: Mapping[str, Any], members: Mapping[str, tuple[str, ...]]) -> Entry:
    is_value = key.startswith(f"{VALUES}.")
    with _Naming(key):
        _only(table, _VALUE_KEYS if is_value else _ENTRY_KEYS)
        entry = Entry(
            key=key,
            wording=_wording(table["text"]),
            risk=Risk(table["risk"]),
            category=None if is_value else Category(table["category"]),
            negated=bool(table.get("negated", False)),
            placeholders={
                n: _placeholder(rule, members) for n, rule in table.get("placeholders", {}).items()
            },
            rule=_rule(table),
        )
    if entry.wording.placeholders != set(entry.placeholders):
        raise PhraseError(f"{key}: the text and the rules name different placeholders")
    return entry


def _rule(table: Mapping[str, Any]) -> Rule:
    return Rule(
        needs=tuple(map(MarkKind, _strings(table, "needs"))),
        min_urgency=Priority(table.get("min_urgency", Priority.ROUTINE)),
        excludes=frozenset(_strings(table, "excludes")),
        caution=_caution(table["caution"]) if "caution" in table else None,
    )


def _strings(table: Mapping[str, Any], name: str) -> list[str]:
    """A list of words without a repetition; a single word in its place would be read sign by sign."""
    found = table.get(name, [])
    if not isinstance(found, list) or len(set(found)) != len(found):
        raise ValueError(f"{name}: a list is wanted, each word once")
    return found


def _caution(given: str | Mapping[str, Any]) -> Finding:
    """The key of a phrase, or a table of it as `phrase` and the values of its placeholders."""
    if isinstance(given, str):
        return Finding(given)
    if not isinstance(given, dict):
        raise TypeError("caution: the key of a phrase is wanted, or a table with it as `phrase`")
    return Finding(given["phrase"], tuple((name, value) for name, value in given.items() if name != "phrase"))


def _only(table: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = sorted(set(table) - allowed)
    if unknown:
        hint = " (rules stand in the English file only)" if _RULES & set(unknown) else ""
        raise ValueError(f"unknown: {', '.join(unknown)}{hint}")


def _placeholder(rule: Mapping[str, Any], members: Mapping[str, tuple[str, ...]]) -> Placeholder:
    if "enum" in rule:
        return Enumeration(rule["enum"], members[rule["enum"]])
    if "codes" in rule:
        return Codes(tuple(rule["codes"]))
    return IntRange(int(rule["min"]), int(rule["max"]))


def _translation(key: str, table: Mapping[str, Any]) -> Translation:
    with _Naming(key):
        _only(table, _TRANSLATION_KEYS)
        return Translation(
            wording=_wording(table["text"]),
            source_sha=table["source_sha"],
            status=Status(table["status"]),
            reviews=tuple(Review(one["by"], one["role"]) for one in table.get("reviews", ())),
        )


def _wording(text: str | Mapping[str, str]) -> Wording:
    forms = {OTHER: text} if isinstance(text, str) else dict(text)
    if OTHER not in forms or not all(forms.values()):
        raise ValueError("a text is empty or has no form 'other'")
    return Wording({**{name: form for name, form in forms.items() if name != OTHER}, OTHER: forms[OTHER]})


class _Naming:
    """Says which phrase a wrong value belongs to."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, KeyError | ValueError | TypeError):
            raise PhraseError(f"{self._key}: {error}") from error
