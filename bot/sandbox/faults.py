"""Faults on demand: what goes wrong, for which method and chat, how often."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """`before` and `after` say whether the call's effect has happened."""

    TOO_MANY = "429"
    ERROR_BEFORE = "500_before"
    ERROR_AFTER = "500_after"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    SLOW_MEDIA = "slow_media"
    BLOCKED = "blocked"
    DUPLICATE_UPDATE = "duplicate_update"
    REORDER_UPDATES = "reorder_updates"


OF_UPDATES = frozenset({FaultKind.DUPLICATE_UPDATE, FaultKind.REORDER_UPDATES})
FILE_DOWNLOAD = "file"
_MEDIA_METHODS = frozenset(
    {"sendphoto", "senddocument", "sendvoice", "sendvideo", "sendaudio", "sendmediagroup", FILE_DOWNLOAD}
)


@dataclass(slots=True)
class Fault:
    """One rule; `left` counts down, `probability` is for each matching call, `seconds` of waiting."""

    kind: FaultKind
    method: str = ""
    chat: int = 0
    left: int = 1
    seconds: float = 5.0
    probability: float = 1.0

    def matches(self, method: str, chat: int) -> bool:
        """Whether a call to this chat is meant; slow media means media calls only."""
        if self.kind is FaultKind.SLOW_MEDIA and method not in _MEDIA_METHODS:
            return False
        return self.left > 0 and self.method in ("", method) and self.chat in (0, chat)


class Dice:
    """A hash of a counter, so that a run repeats exactly."""

    def __init__(self) -> None:
        """Not yet thrown."""
        self._throws = 0

    def hit(self, probability: float) -> bool:
        """True as often as `probability` says."""
        self._throws += 1
        thrown = int.from_bytes(hashlib.sha256(str(self._throws).encode()).digest()[:4]) / 2**32
        return thrown < probability


class Faults:
    """The rules in force."""

    def __init__(self) -> None:
        """No faults."""
        self.rules: list[Fault] = []
        self._dice = Dice()

    def add(self, fault: Fault) -> None:
        """Put a rule in force, after those that are."""
        fault.method = fault.method.lower()
        self.rules.append(fault)

    def clear(self) -> None:
        """No faults from now on."""
        self.rules.clear()

    def take(self, method: str, chat: int) -> Fault | None:
        """The fault for this call, if one applies; it counts down."""
        return self._take(method.lower(), chat, of_updates=False)

    def take_update(self, chat: int) -> Fault | None:
        """The fault for an update from this chat."""
        return self._take("", chat, of_updates=True)

    def _take(self, method: str, chat: int, *, of_updates: bool) -> Fault | None:
        for rule in self.rules:
            if (
                (rule.kind in OF_UPDATES) is of_updates
                and rule.matches(method, chat)
                and self._dice.hit(rule.probability)
            ):
                rule.left -= 1
                return rule
        return None
