"""Telegram's HTML parse mode: text and entities, with the real refusals for what is malformed.

Rules: Bot API, "Formatting options", HTML style. Offsets in error texts count UTF-8 bytes.
"""

import re
from dataclasses import dataclass
from html import unescape

from .errors import ApiError, bad_request
from .model import Entity

_TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z-]*)(?P<rest>[^>]*)>|(?P<entity>&(?:lt|gt|amp|quot|#x?[0-9a-fA-F]+);)"
)
_HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
_LANGUAGE = re.compile(r"""class\s*=\s*["']?language-([\w+-]+)""")
_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(?=\s|$|@)")


@dataclass(slots=True)
class _Open:
    name: str
    rest: str
    start: int


def utf16(text: str) -> int:
    """Length in UTF-16 units, the unit of entity offsets."""
    return len(text.encode("utf-16-le")) // 2


def commands(text: str) -> tuple[Entity, ...]:
    """The `bot_command` entity of a text that starts with one."""
    found = _COMMAND.match(text)
    return (Entity("bot_command", 0, len(found[0])),) if found else ()


def parse_html(source: str) -> tuple[str, tuple[Entity, ...]]:
    """Text and entities of an HTML source; raises the real API's "can't parse entities"."""
    parser = _Parser(source)
    parser.run()
    return trimmed(parser.text, parser.entities)


def trimmed(text: str, entities: list[Entity]) -> tuple[str, tuple[Entity, ...]]:
    """Without white space at both ends, entities moved and cut to fit."""
    lead = utf16(text) - utf16(text.lstrip())
    bare = text.strip()
    end = utf16(bare)
    kept = []
    for entity in sorted(entities, key=lambda one: (one.offset, -one.length)):
        start = max(0, entity.offset - lead)
        stop = min(end, entity.offset + entity.length - lead)
        if stop > start:
            kept.append(Entity(entity.type, start, stop - start, entity.url, entity.language))
    return bare, tuple(kept)


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.text = ""
        self.entities: list[Entity] = []
        self._open: list[_Open] = []

    def run(self) -> None:
        at = 0
        for token in _TOKEN.finditer(self.source):
            self._plain(at, token.start())
            at = token.end()
            if token["entity"]:
                self.text += unescape(token["entity"])
            elif token["end"]:
                self._close(token["name"].lower(), token.start())
            else:
                self._begin(token["name"].lower(), token["rest"], token.start())
        self._plain(at, len(self.source))
        if self._open:
            raise _refused(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')

    def _plain(self, start: int, stop: int) -> None:
        piece = self.source[start:stop]
        if "<" in piece:
            raise _refused(f"Unclosed start tag at byte offset {self._byte(start + piece.index('<'))}")
        self.text += piece

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def _begin(self, name: str, rest: str, at: int) -> None:
        if name not in _TYPES:
            raise _refused(f'Unsupported start tag "{name}" at byte offset {self._byte(at)}')
        if name == "span" and "tg-spoiler" not in rest:
            raise _refused(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(at)}')
        self._open.append(_Open(name, rest, utf16(self.text)))

    def _close(self, name: str, at: int) -> None:
        if not self._open:
            raise _refused(f"Unexpected end tag at byte offset {self._byte(at)}")
        opened = self._open.pop()
        if name and name != opened.name:
            expected = f'expected "</{opened.name}>", found "</{name}>"'
            raise _refused(f"Unmatched end tag at byte offset {self._byte(at)}, {expected}")
        length = utf16(self.text) - opened.start
        if length:
            self._add(opened, length)

    def _add(self, opened: _Open, length: int) -> None:
        kind = _TYPES[opened.name]
        link = _HREF.search(opened.rest) if kind == "text_link" else None
        if kind == "text_link" and not link:
            return
        if kind == "blockquote" and "expandable" in opened.rest:
            kind = "expandable_blockquote"
        if kind == "code" and self._open and self._open[-1].name == "pre":
            found = _LANGUAGE.search(opened.rest)
            self._open[-1].rest += found[0] if found else ""
            return
        language = _LANGUAGE.search(opened.rest) if kind == "pre" else None
        url = unescape(next(part for part in link.groups() if part is not None)) if link else ""
        self.entities.append(Entity(kind, opened.start, length, url, language[1] if language else ""))


def _refused(text: str) -> ApiError:
    return bad_request(f"can't parse entities: {text}")
