from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ids import Ids
from storage.engine import Database
from storage.seal import MasterKeyError, SealBrokenError, load_or_make_master_key, parse_master_key
from storage.unit_of_work import UnitOfWork
from tests.storage.racing import together

SCOPE = "case:1"


def test_any_changed_byte_is_noticed(db: Database) -> None:
    sealed = db.run_blocking(lambda u: u.sealer.seal(b"words", scope=SCOPE, place="a|1|b"))
    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 1
        with pytest.raises(SealBrokenError):
            db.run_blocking(lambda u, broken=bytes(broken): u.sealer.open(broken, place="a|1|b"))


def test_a_sealed_value_opens_only_in_its_place(db: Database) -> None:
    sealed = db.run_blocking(lambda u: u.sealer.seal(b"words", scope=SCOPE, place="a|1|b"))
    assert db.run_blocking(lambda u: u.sealer.open(sealed, place="a|1|b")) == b"words"
    with pytest.raises(SealBrokenError):
        db.run_blocking(lambda u: u.sealer.open(sealed, place="a|2|b"))


def test_what_a_destroyed_key_sealed_stays_closed(db: Database) -> None:
    sealed = db.run_blocking(lambda u: u.sealer.seal(b"words", scope=SCOPE, place="p"))
    assert db.run_blocking(lambda u: u.keys.shred(SCOPE))
    with pytest.raises(SealBrokenError):
        db.run_blocking(lambda u: u.sealer.open(sealed, place="p"))
    with pytest.raises(SealBrokenError):
        db.run_blocking(lambda u: u.sealer.seal(b"more", scope=SCOPE, place="p"))


def test_a_key_made_in_a_transaction_that_failed_is_never_used(db: Database) -> None:
    def broken(u: UnitOfWork) -> None:
        u.sealer.seal(b"lost", scope=SCOPE, place="p")
        raise ValueError("undone")

    with pytest.raises(ValueError, match="undone"):
        db.run_blocking(broken)
    sealed = db.run_blocking(lambda u: u.sealer.seal(b"kept", scope=SCOPE, place="p"))
    db.keyring.discard([SCOPE])
    assert db.run_blocking(lambda u: u.sealer.open(sealed, place="p")) == b"kept"


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(plain=st.binary(max_size=200), place=st.text(max_size=30))
def test_opening_gives_back_what_was_sealed(db: Database, plain: bytes, place: str) -> None:
    sealed = db.run_blocking(lambda u: u.sealer.seal(plain, scope="day:2026-11-24", place=place))
    assert db.run_blocking(lambda u: u.sealer.open(sealed, place=place)) == plain


def test_the_master_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master"
    key = load_or_make_master_key(path, Ids(3))
    assert load_or_make_master_key(path, Ids(4)) == key
    assert path.stat().st_mode & 0o777 == 0o600


def test_processes_that_start_at_once_have_one_master_key(tmp_path: Path) -> None:
    path, keys = tmp_path / "master", []
    together(*[lambda n=n: keys.append(load_or_make_master_key(path, Ids(n))) for n in range(8)])
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["master"]


def test_a_short_master_key_is_refused() -> None:
    with pytest.raises(MasterKeyError):
        parse_master_key("abcd")
