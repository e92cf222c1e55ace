"""Buttons that can't be forged: the action travels with a proof that it was made for that one chat."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from bot.messages import Address
from bot.numbering import ACTION_LIMIT, can_carry

_PROOF_BYTES = 12


class ActionSigner:
    """Makes and checks callback data `action|proof`: HMAC-SHA256 over address and action, cut to 96 bits."""

    def __init__(self, key: bytes) -> None:
        """`key`: at least 16 secret bytes, the same for every process of the service."""
        if len(key) < 16:
            msg = "the key that signs buttons needs at least 16 bytes"
            raise ValueError(msg)
        self._key = key

    def sign(self, address: Address, action: str) -> str:
        """Callback data for a button in the chat of `address`; ValueError for an action that does not fit."""
        if not can_carry(action):
            msg = f"an action is 1 to {ACTION_LIMIT} ASCII signs"
            raise ValueError(msg)
        return f"{action}|{self._proof(address, action)}"

    def verify(self, address: Address, data: str) -> str | None:
        """The action in callback data, None when it was not made by us for `address`."""
        action, _, proof = data.rpartition("|")
        expected = self._proof(address, action).encode()
        return action if action and hmac.compare_digest(expected, proof.encode("utf-8", "replace")) else None

    def _proof(self, address: Address, action: str) -> str:
        content = f"{address}\n{action}".encode("utf-8", "replace")
        return urlsafe_b64encode(hmac.digest(self._key, content, hashlib.sha256)[:_PROOF_BYTES]).decode()
