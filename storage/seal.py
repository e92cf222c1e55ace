"""Sealing: AES-256-GCM with a key per scope, each wrapped by the master key (research: reliability §3).

A sealed value is `magic(2) version(1) key id(16) nonce(12) ciphertext`; its associated data are that header
and the place it stands in, so that it opens nowhere else. Keys made in a transaction reach the shared cache
only when it commits: a key whose row was rolled back would seal data for ever.
"""

import base64
import binascii
import fcntl
import hashlib
import hmac
import os
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, select, update

from bot.ids import Ids
from storage.portable import insert_new
from storage.schema import SEAL_MAGIC
from storage.schema.runtime import data_keys

_VERSION = b"\x01"
_HEADER = len(SEAL_MAGIC) + 1 + 16
_NONCE = 12


class SealBrokenError(Exception):
    """The value was changed, stands in another place, or its key was destroyed."""


class MasterKeyError(ValueError):
    """The master key is not 32 bytes in base64 or hexadecimal."""


def case_scope(case_id: str) -> str:
    """The scope whose key dies with a case."""
    return f"case:{case_id}"


def day_scope(instant: datetime) -> str:
    """The scope of what belongs to no case (yet): the UTC day."""
    return f"day:{instant.astimezone(UTC):%Y-%m-%d}"


def parse_master_key(text: str) -> bytes:
    """The 32 bytes in a setting or a key file."""
    text = text.strip()
    for decode in (bytes.fromhex, _from_base64):
        try:
            key = decode(text)
        except (ValueError, binascii.Error):
            continue
        if len(key) == 32:
            return key
    raise MasterKeyError("the master key must be 32 bytes, written as 64 hexadecimal digits or in base64")


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)


def load_or_make_master_key(path: Path, ids: Ids) -> bytes:
    """The key in a 0600 file; made and synced to disk on the first start, by one of the processes that start."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_master_key(path, ids)
    return parse_master_key(path.read_text())


def _make_master_key(path: Path, ids: Ids) -> None:
    """Whole under its name or not there; another process that starts now waits, and takes it."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not path.exists():
            _write_master_key(path, ids.octets(32))
            os.fsync(folder)
    finally:
        os.close(folder)


def _write_master_key(path: Path, key: bytes) -> None:
    unfinished = path.with_name(f"{path.name}.new")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


@dataclass(frozen=True, slots=True)
class DataKey:
    """One scope's key, unwrapped."""

    key_id: str
    scope: str
    cipher: AESGCM

    def seal(self, plain: bytes, *, place: str, nonce: bytes) -> bytes:
        """`plain` sealed for `place`; a nonce is used once for ever."""
        header = SEAL_MAGIC + _VERSION + bytes.fromhex(self.key_id)
        return header + nonce + self.cipher.encrypt(nonce, plain, header + place.encode())

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """What was sealed for `place` with this key; SealBrokenError if anything differs."""
        header, nonce, ciphertext = (
            sealed[:_HEADER],
            sealed[_HEADER : _HEADER + _NONCE],
            sealed[_HEADER + _NONCE :],
        )
        try:
            return self.cipher.decrypt(nonce, ciphertext, header + place.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError("a sealed value does not open in its place") from error


def key_id_of(sealed: bytes) -> str:
    """The id of the key that a value was sealed with."""
    if len(sealed) < _HEADER + _NONCE + 16 or not sealed.startswith(SEAL_MAGIC + _VERSION):
        raise SealBrokenError("a value that should be sealed is not")
    return sealed[len(SEAL_MAGIC) + 1 : _HEADER].hex()


class Keyring:
    """The master key and the unwrapped keys of committed scopes, for all threads of the process."""

    def __init__(self, master: bytes, *, capacity: int = 1024) -> None:
        """`capacity`: how many unwrapped keys are kept."""
        self._master = master
        self._wrapping = AESGCM(self.derive("wrap"))
        self._blind = self.derive("lookup")
        self._capacity = capacity
        self._lock = Lock()
        self._by_id: OrderedDict[str, DataKey] = OrderedDict()
        self._ids: dict[str, str] = {}

    def derive(self, label: str) -> bytes:
        """A 32-byte secret for another purpose (HKDF-SHA256 of the master key)."""
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"scanrelay " + label.encode()).derive(
            self._master
        )

    def lookup(self, value: str) -> str:
        """A blind index: the keyed hash by which a value is found without being stored (64 hex digits)."""
        return hmac.new(self._blind, value.encode(), hashlib.sha256).hexdigest()

    def wrap(self, key: bytes, *, key_id: str, scope: str, nonce: bytes) -> bytes:
        """A data key as it is stored, bound to its id and scope."""
        return nonce + self._wrapping.encrypt(nonce, key, f"{key_id}|{scope}".encode())

    def unwrap(self, wrapped: bytes, *, key_id: str, scope: str) -> DataKey:
        """A stored data key; SealBrokenError under another master key."""
        try:
            key = self._wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], f"{key_id}|{scope}".encode())
        except InvalidTag as error:
            raise SealBrokenError(
                "a data key does not open: the master key is not the one this database was made with"
            ) from error
        return DataKey(key_id, scope, AESGCM(key))

    def of_id(self, key_id: str) -> DataKey | None:
        """A cached key."""
        with self._lock:
            return self._touch(key_id)

    def of_scope(self, scope: str) -> DataKey | None:
        """A cached key."""
        with self._lock:
            return self._touch(self._ids.get(scope, ""))

    def _touch(self, key_id: str) -> DataKey | None:
        key = self._by_id.get(key_id)
        if key is not None:
            self._by_id.move_to_end(key_id)
        return key

    def keep(self, keys: Iterable[DataKey]) -> None:
        """Cache keys whose rows are committed."""
        with self._lock:
            for key in keys:
                self._by_id[key.key_id] = key
                self._ids[key.scope] = key.key_id
            while len(self._by_id) > self._capacity:
                _, oldest = self._by_id.popitem(last=False)
                self._ids.pop(oldest.scope, None)

    def clear(self) -> None:
        """Forget all of them: one may have been destroyed by another process."""
        with self._lock:
            self._by_id.clear()
            self._ids.clear()

    def discard(self, scopes: Iterable[str]) -> None:
        """Forget keys that were destroyed."""
        with self._lock:
            for scope in scopes:
                self._by_id.pop(self._ids.pop(scope, ""), None)


class Sealer:
    """Seals and opens within one transaction."""

    def __init__(self, connection: Connection, keyring: Keyring, ids: Ids) -> None:
        """`ids` gives keys and nonces."""
        self._connection = connection
        self._keyring = keyring
        self._ids = ids
        self._seen: dict[str, DataKey] = {}
        self._shredded: set[str] = set()

    def seal(self, plain: bytes, *, scope: str, place: str) -> bytes:
        """`plain` under the scope's key (made when there is none); it opens only with the same `place`."""
        return self.key_for(scope).seal(plain, place=place, nonce=self._ids.octets(_NONCE))

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """What was sealed for `place`; SealBrokenError if it was changed, moved, or its key destroyed."""
        return self._key(key_id_of(sealed)).open(sealed, place=place)

    def lookup(self, value: str) -> str:
        """See `Keyring.lookup`."""
        return self._keyring.lookup(value)

    def derive(self, label: str) -> bytes:
        """See `Keyring.derive`."""
        return self._keyring.derive(label)

    def key_for(self, scope: str) -> DataKey:
        """The scope's key, made when there is none; SealBrokenError when it was destroyed."""
        key = self._fresh(scope) or self._load(data_keys.c.scope == scope)
        return key or self._make(scope)

    def existing(self, scope: str) -> DataKey:
        """The scope's key; SealBrokenError when there is none (any more)."""
        key = self._fresh(scope) or self._load(data_keys.c.scope == scope)
        if key is None:
            raise SealBrokenError("there is no key for what is to be opened")
        return key

    def shred(self, scope: str) -> bool:
        """Destroy the scope's key: whatever it sealed stays unreadable for ever. Whether there was one."""
        statement = update(data_keys).where(data_keys.c.scope == scope, data_keys.c.wrapped.is_not(None))
        self._seen.pop(scope, None)
        self._shredded.add(scope)
        return self._connection.execute(statement.values(wrapped=None)).rowcount == 1

    @property
    def shredded(self) -> bool:
        """Whether this transaction destroyed a key."""
        return bool(self._shredded)

    def committed(self) -> None:
        """The transaction is durable: share its keys, forget the destroyed ones."""
        self._keyring.discard(self._shredded)
        self._keyring.keep(self._seen.values())

    def _fresh(self, scope: str) -> DataKey | None:
        if scope in self._shredded:
            return None
        return self._seen.get(scope) or self._keyring.of_scope(scope)

    def _key(self, key_id: str) -> DataKey:
        cached = self._keyring.of_id(key_id)
        if cached is not None and cached.scope not in self._shredded:
            return cached
        key = next((key for key in self._seen.values() if key.key_id == key_id), None)
        key = key or self._load(data_keys.c.id == key_id)
        if key is None:
            raise SealBrokenError("a sealed value names an unknown key")
        return key

    def _load(self, condition: object) -> DataKey | None:
        row = self._connection.execute(select(data_keys).where(condition)).one_or_none()  # type: ignore[arg-type]
        if row is None:
            return None
        if row.wrapped is None:
            raise SealBrokenError(f"the key of {row.scope.partition(':')[0]} data was destroyed")
        key = self._keyring.unwrap(row.wrapped, key_id=row.id, scope=row.scope)
        self._seen[key.scope] = key
        return key

    def _make(self, scope: str) -> DataKey:
        key_id = self._ids.new()
        wrapped = self._keyring.wrap(
            self._ids.octets(32), key_id=key_id, scope=scope, nonce=self._ids.octets(_NONCE)
        )
        insert_new(self._connection, data_keys, {"id": key_id, "scope": scope, "wrapped": wrapped})
        key = self._load(data_keys.c.scope == scope)
        if key is None:
            raise SealBrokenError("a new data key was not stored")
        return key
