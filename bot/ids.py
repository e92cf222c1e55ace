"""The only source of randomness: row ids, secret tokens, case references."""

import random
import secrets
from collections.abc import Callable

# No look-alike signs: without 0/O/Q, 1/I/L, 2/Z, 5/S, 8/B, U/V. Twenty-three signs, a prime, so that the
# weighted check below finds every single wrong sign and every swap of two neighbours (as ISBN-10 does mod 11).
REFERENCE_SIGNS = "234679ACDEFHJKMNPRTVWXY"
SHORTEST_REFERENCE, LONGEST_REFERENCE = 5, 8
"""Signs of a case reference with its check: the longest leave room for 3.4 thousand million cases, and fit a button."""


class Ids:
    """Makes ids; a seed makes the same ones again (tests, simulator), none uses the system's entropy."""

    def __init__(self, seed: int | None = None) -> None:
        """With a seed the ids are predictable: never in the service."""
        self._bytes: Callable[[int], bytes] = (
            secrets.token_bytes if seed is None else random.Random(seed).randbytes
        )

    def new(self) -> str:
        """A row id: 128 bits as 32 hex digits."""
        return self._bytes(16).hex()

    def token(self, size: int = 16) -> str:
        """A secret of `size` random bytes, in URL-safe letters and digits (two a byte)."""
        return self._bytes(size).hex()

    def octets(self, size: int) -> bytes:
        """`size` random bytes, for keys and nonces."""
        return self._bytes(size)

    def reference(self, length: int = 4) -> str:
        """A case reference: `length` random signs and a check sign."""
        body = "".join(REFERENCE_SIGNS[byte % 23] for byte in self._bytes(length * 4)[::4])
        return body + check_sign(body)


def check_sign(body: str) -> str:
    """The sign that makes the weighted sum of all signs divisible by 23."""
    total = sum((place + 2) * REFERENCE_SIGNS.index(sign) for place, sign in enumerate(reversed(body)))
    return REFERENCE_SIGNS[-total % 23]


def is_reference(text: str) -> bool:
    """Whether `text` (upper case) is a well-formed case reference with the right check sign."""
    known = len(text) >= SHORTEST_REFERENCE and all(sign in REFERENCE_SIGNS for sign in text)
    return known and check_sign(text[:-1]) == text[-1]
