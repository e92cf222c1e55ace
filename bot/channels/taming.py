"""People's words are made harmless before they stand inside a sentence of ours."""

from collections.abc import Callable
from dataclasses import replace

from bot.messages import Joined, Line, Param, Phrase, Text, Verbatim

# Embeddings, overrides and isolates: each can show a text in another order than it says. Sentences of the
# catalogues may isolate what is put into them; that happens afterwards and stays.
_CONTROLS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def without_controls(words: str) -> str:
    """Words without bidirectional controls."""
    return words.translate(_CONTROLS)


def tame(line: Line, change: Callable[[str], str] = without_controls) -> Line:
    """The same line with `change` done to every word that a person may have typed."""
    match line:
        case Verbatim():
            return replace(line, words=change(line.words))
        case Text():
            return replace(line, params={name: _tamed(param, change) for name, param in line.params.items()})
        case Joined():
            return replace(line, parts=tuple(_tamed(part, change) for part in line.parts))
        case Phrase():
            return replace(line, params={name: _plain(value, change) for name, value in line.params.items()})


def _tamed(param: Param, change: Callable[[str], str]) -> Param:
    if isinstance(param, str):
        return change(param)
    return tame(param, change) if isinstance(param, Text | Phrase | Verbatim | Joined) else param


def _plain(value: str | int, change: Callable[[str], str]) -> str | int:
    return change(value) if isinstance(value, str) else value
