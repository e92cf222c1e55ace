"""Who takes part."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    REFERRER = "referrer"
    SPECIALIST = "specialist"
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True)
class Person:
    """A person with all her roles; `registration` is number and council as she gave them ("MMC 12345").

    `verified` says that a coordinator has confirmed the registration.
    """

    id: str
    name: str
    language: str
    roles: frozenset[Role]
    facility_id: str | None = None
    registration: str = ""
    agreed: bool = False
    verified: bool = False
    revoked: bool = False

    def is_a(self, role: Role) -> bool:
        """Whether she may act in this role now: agreed, not revoked, and a specialist only once verified."""
        active = self.agreed and not self.revoked and role in self.roles
        return active and (role is not Role.SPECIALIST or self.verified)


@dataclass(frozen=True, slots=True)
class Facility:
    """Where a referrer works; `ambulance` and `referral` are told in emergencies, `contacts` are people to call."""

    id: str
    name: str
    district: str = ""
    ambulance: str = "108"
    referral: str = ""
    contacts: tuple[str, ...] = ()
    ultrasound_registration: str = ""
    """Under which number it is registered for ultrasound; empty: pictures of pregnant patients are refused."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The specialists who serve some specialties, in one time zone (IANA)."""

    id: str
    name: str
    timezone: str
    specialties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Invite:
    """A single-use invitation; only the hash of its code is stored."""

    id: str
    role: Role
    expires_at: datetime
    facility_id: str | None = None
    pool_id: str | None = None
    name: str = ""
    person_id: str | None = None
    """Who is enrolled already and joins again, with a new phone; what was hers stays hers."""
    created_by: str | None = None
    used_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and now < self.expires_at
