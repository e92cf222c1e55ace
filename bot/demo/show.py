"""A transcript as a reader of a terminal sees it: by story, phone by phone, with times."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.dialogues import ZONE

from .play import BOT, Counts, Event, Transcript, counts
from .story import Story

_WIDTH = 100


def transcript_json(transcript: Transcript) -> Mapping[str, object]:
    """`{ok, events: [{story, at, from, to, channel, text, bytes}], missing, unexpected}`."""
    events = [
        {
            "story": one.story,
            "at": one.at.isoformat(),
            "from": one.sender,
            "to": one.receiver,
            "channel": one.channel,
            "text": one.text,
            "bytes": one.bytes,
        }
        for one in transcript.events
    ]
    return {
        "ok": transcript.ok,
        "events": events,
        "missing": transcript.missing,
        "unexpected": transcript.unexpected,
    }


def lines_of(stories: Sequence[Story], transcript: Transcript) -> Iterator[str]:
    """All stories: what each phone showed, then what the day cost its health worker."""
    for story in stories:
        yield from story_lines(story, [one for one in transcript.events if one.story == story.name])


def story_lines(story: Story, events: Sequence[Event]) -> Iterator[str]:
    """One story."""
    yield f"=== {story.title} ({story.name})"
    for phone in dict.fromkeys(_phone(one) for one in events):
        yield ""
        yield f"--- {phone}"
        for event in events:
            if _phone(event) == phone:
                yield from _event_lines(event, phone)
    yield ""
    yield cost_line(story, counts(story, events))
    yield ""


def cost_line(story: Story, cost: Counts) -> str:
    """In a line."""
    return (
        f"{story.name}: {story.worker} heard {cost.messages} messages ({cost.bytes_received / 1000:.1f} kB), "
        f"tapped {cost.taps} times and sent {cost.sent} messages."
    )


def _phone(event: Event) -> str:
    return event.receiver if event.sender == BOT else event.sender


def _event_lines(event: Event, phone: str) -> Iterator[str]:
    time = event.at.astimezone(ZoneInfo(ZONE)).strftime("%H:%M:%S")
    over = f"({event.channel}) " if event.channel in ("sms", "voice") else ""
    sign = "»" if event.sender == phone else "~" if event.changed else " "
    first, *rest = _wrapped(f"{over}{event.text}")
    yield f"{time} {sign} {first}"
    for line in rest:
        yield f"           {line}"
    if event.buttons:
        yield "           " + " ".join(f"[{label}]" for label in event.buttons)


def _wrapped(text: str) -> list[str]:
    lines = [part for line in text.splitlines() for part in textwrap.wrap(line, _WIDTH) or [""]]
    return lines or [""]
