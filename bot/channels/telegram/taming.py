"""People's words lose their bidirectional controls before they stand inside a sentence of ours."""

from dataclasses import replace

from bot.messages import Joined, Line, Param, Phrase, Text, Verbatim

# Embeddings, overrides and isolates: each can show a text in another order than it says. Sentences of the
# catalogues may isolate what is put into them; that happens afterwards and stays.
_CONTROLS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def tame(line: Line) -> Line:
    """The same line with the controls taken out of every word that a person may have typed."""
    match line:
        case Verbatim():
            return replace(line, words=line.words.translate(_CONTROLS))
        case Text():
            return replace(line, params={name: _tamed(param) for name, param in line.params.items()})
        case Joined():
            return replace(line, parts=tuple(map(_tamed, line.parts)))
        case Phrase():
            return replace(line, params={name: _plain(value) for name, value in line.params.items()})


def _tamed(param: Param) -> Param:
    if isinstance(param, str):
        return param.translate(_CONTROLS)
    return tame(param) if isinstance(param, Text | Phrase | Verbatim | Joined) else param


def _plain(value: str | int) -> str | int:
    return value.translate(_CONTROLS) if isinstance(value, str) else value
