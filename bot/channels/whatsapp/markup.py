"""Words become WhatsApp's text: cleaned, people's own made harmless, and cut into pages at line borders."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.channels.base import Reader
from bot.channels.plain import chunks, clean, is_visible, units
from bot.channels.taming import tame, without_controls
from bot.messages import Line, Text, Verbatim

# WhatsApp knows no escape, so signs that set text off give way to ones that look like them. An underscore inside
# of a name or a link sets nothing off and stays.
_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "‘"})
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_QUOTATION = re.compile(r"^(\s*)>(?=\s)", re.MULTILINE)
# Signs around a line that is set off.
_OVERHEAD = 2
# What Twilio refuses in a variable: a long run of blanks and anything that breaks a line (21656).
_BREAKS = re.compile(r"[\v\f\x1c-\x1e\x85\u2028\u2029\r\n\t]")
_BLANKS = re.compile(r"\s{5,}")


def harmless(words: str) -> str:
    """A person's words without bidirectional controls and without signs that WhatsApp would read as markup."""
    plain = without_controls(words).translate(_LOOKALIKES)
    return _QUOTATION.sub(r"\1›", _UNDERSCORE.sub("＿", plain))


def plain_words(line: Line, reader: Reader) -> str:
    """What a line says, cleaned, people's words in it harmless."""
    # A quotation is set off by its sign already; quotation marks would do it twice.
    shown = replace(line, quoted=False) if isinstance(line, Verbatim) else line
    return clean(reader.say(tame(shown, harmless)))


def marked_lines(line: Line, reader: Reader, limit: int) -> Iterator[str]:
    """A line as lines of WhatsApp's text, each of at most `limit` UTF-16 units with its markup."""
    for row in plain_words(line, reader).split("\n"):
        for chunk in chunks(row, limit - _OVERHEAD):
            yield _marked(line, chunk)


def _marked(line: Line, words: str) -> str:
    """A line with nothing to see gets no signs: they would be all that it shows."""
    if not is_visible(words):
        return words
    match line:
        case Text(strong=True):
            core = words.strip()
            return words.replace(core, f"*{core}*", 1)
        case Verbatim(quoted=True):
            return f"> {words}"
        case _:
            return words


def length(lines: Sequence[str]) -> int:
    """UTF-16 units of lines below each other, which is never less than the signs that WhatsApp counts."""
    return sum(map(units, lines)) + max(0, len(lines) - 1)


def paginate(lines: Iterable[str], limit: int) -> list[list[str]]:
    """Pages of at most `limit` units, cut between lines; none of which shows nothing."""
    pages: list[list[str]] = [[]]
    for line in lines:
        if pages[-1] and length([*pages[-1], line]) > limit:
            pages.append([])
        pages[-1].append(line)
    return [page for page in pages if is_visible("".join(page))]


def variable(words: str) -> str:
    """Words as a content's variable takes them: one line, no long blanks."""
    return _BLANKS.sub("    ", _BREAKS.sub(" ", words)).strip()


def shortened(words: str, limit: int) -> str:
    """Words within `limit` UTF-16 units, what is cut off shown by an ellipsis."""
    if units(words) <= limit:
        return words
    return next(chunks(words, limit - 1)).rstrip() + "…"
