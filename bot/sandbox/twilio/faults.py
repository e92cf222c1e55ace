"""Faults on demand: what goes wrong, for which route and phone, how often."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.sandbox.faults import Dice


class FaultKind(StrEnum):
    """`before` and `after` say whether the request's effect has happened."""

    TOO_MANY = "429"
    ERROR_BEFORE = "500_before"
    ERROR_AFTER = "500_after"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    SLOW_MEDIA = "slow_media"
    DUPLICATE_WEBHOOK = "duplicate_webhook"
    LOST_WEBHOOK = "lost_webhook"
    LATE_STATUS = "late_status"


OF_WEBHOOKS = frozenset({FaultKind.DUPLICATE_WEBHOOK, FaultKind.LOST_WEBHOOK})
OF_STATUSES = frozenset({FaultKind.LATE_STATUS})
MEDIA_DOWNLOAD = "media.file"


@dataclass(slots=True)
class Fault:
    """One rule; `left` counts down, `probability` is for each match, `seconds` of waiting.

    `route`: "messages.create", "calls.create", "contents.create", "media.file" …, for webhooks "message",
    "status", "voice"; "" is any. `number` is the person's, "" is anybody.
    """

    kind: FaultKind
    route: str = ""
    number: str = ""
    left: int = 1
    seconds: float = 5.0
    probability: float = 1.0

    def matches(self, route: str, number: str) -> bool:
        """Whether this request or webhook is meant; slow media means downloads only."""
        if self.kind is FaultKind.SLOW_MEDIA and route != MEDIA_DOWNLOAD:
            return False
        return self.left > 0 and self.route in ("", route) and self.number in ("", number)


@dataclass(slots=True)
class Faults:
    """The rules in force."""

    rules: list[Fault] = field(default_factory=list)
    _dice: Dice = field(default_factory=Dice)

    def add(self, fault: Fault) -> None:
        """Put a rule in force, after those that are."""
        self.rules.append(fault)

    def clear(self) -> None:
        """No faults from now on."""
        self.rules.clear()

    def of_request(self, route: str, number: str) -> Fault | None:
        """The fault for this request, if one applies; it counts down."""
        return self._take(frozenset(FaultKind) - OF_WEBHOOKS - OF_STATUSES, route, number)

    def of_webhook(self, route: str, number: str) -> Fault | None:
        """The fault for this webhook; only a status can be late."""
        return self._take(OF_WEBHOOKS | (OF_STATUSES if route == "status" else frozenset()), route, number)

    def _take(self, kinds: frozenset[FaultKind], route: str, number: str) -> Fault | None:
        for rule in self.rules:
            if rule.kind in kinds and rule.matches(route, number) and self._dice.hit(rule.probability):
                rule.left -= 1
                return rule
        return None
