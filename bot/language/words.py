"""Reads `locales/words/`: what people may type, all languages at once, since people mix them."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from bot.domain.words import Kind, KnownWord, Vocabulary, build_vocabulary

ROMANISED = "romanised"


def load_vocabulary(folder: Path) -> Vocabulary:
    return build_vocabulary(word for path in sorted(folder.glob("*.toml")) for word in read_words(path))


def read_words(path: Path) -> Iterator[KnownWord]:
    """Tables are `[words.<kind>]` and `[romanised.<kind>]`, keys are values, lists are spellings."""
    data: dict[str, dict[str, dict[str, list[str]]]] = tomllib.loads(path.read_text(encoding="utf-8"))
    for script, kinds in data.items():
        for kind, values in kinds.items():
            for value, phrases in values.items():
                yield from (KnownWord(phrase, Kind(kind), value, script == ROMANISED) for phrase in phrases)
