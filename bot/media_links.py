"""Links under which a vendor fetches what we send: opaque, expiring, good for one file each.

WhatsApp's vendor takes media by public address only. What a link names is sealed into it with AES-256-GCM, so that
the address tells nothing, nobody can make one, and every process of the service can open it without a row.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.ids import Ids

LIFE = timedelta(hours=4)
"""How long a link opens: the vendor may keep a message in its queue for four hours (research: channels §4)."""

_NONCE = 12
_INSTANT = 8
_BOUND = b"media link"


class MediaLinks:
    """Makes and opens links; a subject is `blob/<id>` or `drawing/<key of the message>`."""

    def __init__(self, key: bytes, *, base_url: str, ids: Ids) -> None:
        """`key`: 32 secret bytes, the same for every process; `base_url`: where vendors reach this service."""
        self._cipher = AESGCM(key)
        self._base = base_url.rstrip("/")
        self._ids = ids

    def url(self, subject: str, now: datetime) -> str:
        """The address under which `subject` can be fetched for four hours."""
        expires = int((now + LIFE).timestamp())
        nonce = self._ids.octets(_NONCE)
        sealed = self._cipher.encrypt(nonce, expires.to_bytes(_INSTANT) + subject.encode(), _BOUND)
        return f"{self._base}/media/{urlsafe_b64encode(nonce + sealed).decode().rstrip('=')}"

    def subject(self, token: str, now: datetime) -> str | None:
        """What a link's last part names; None when we did not make it or it has expired."""
        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            plain = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _BOUND)
        except (binascii.Error, InvalidTag, ValueError):
            return None
        expires = int.from_bytes(plain[:_INSTANT])
        return plain[_INSTANT:].decode() if now.timestamp() < expires else None
