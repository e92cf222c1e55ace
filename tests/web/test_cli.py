"""The command line as an operator meets it: in a folder of its own, as a process."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

Run = subprocess.CompletedProcess[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """Ours without settings of the machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCANRELAY_")}  # noqa: TID251
    return {**kept, **given, "COLUMNS": "200"}


def scanrelay(folder: Path, *arguments: str, **given: str) -> Run:
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(given), capture_output=True, text=True, timeout=120, check=False
    )


def test_a_wrong_setting_ends_with_2_and_one_sentence(folder: Path) -> None:
    ended = scanrelay(folder, "run", SCANRELAY_PORT="eighty")
    assert ended.returncode == 2
    assert ended.stderr.startswith("SCANRELAY_PORT is wrong: ")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["web", "worker"])
def test_the_halves_apart_need_postgresql(folder: Path, command: str) -> None:
    ended = scanrelay(folder, command)
    assert ended.returncode == 1
    assert "need PostgreSQL" in ended.stderr


def test_doctor_finds_a_fresh_folder_in_order(folder: Path) -> None:
    ended = scanrelay(folder, "doctor", "--json")
    told = json.loads(ended.stdout)
    assert (ended.returncode, told["ok"], told["notice"]) == (0, True, "training only, no real patients")
    assert {check["check"] for check in told["checks"]} >= {"database", "sqlite", "disk", "media", "telegram"}
    assert "training only, no real patients" in scanrelay(folder, "doctor").stdout


def test_doctor_says_what_helps_when_telegram_does_not_answer(folder: Path) -> None:
    ended = scanrelay(
        folder,
        "doctor",
        SCANRELAY_TELEGRAM_TOKEN="1:secret-token",
        SCANRELAY_TELEGRAM_API_URL="http://127.0.0.1:9",
    )
    assert ended.returncode == 1
    assert "check the token and the network" in ended.stdout
    assert "secret-token" not in ended.stdout + ended.stderr


def test_an_empty_audit_trail_holds(folder: Path) -> None:
    assert scanrelay(folder, "migrate").returncode == 0
    assert json.loads(scanrelay(folder, "audit", "check", "--json").stdout) == {
        "ok": True,
        "entries": 0,
        "broken": [],
    }


def test_a_key_that_is_none_is_one_sentence(folder: Path) -> None:
    ended = scanrelay(folder, "migrate", SCANRELAY_MASTER_KEY="short")
    assert ended.returncode == 1
    assert "the master key must be 32 bytes" in ended.stderr


@pytest.mark.parametrize(
    "command", ["run", "web", "worker", "migrate", "doctor", "sandbox", "setup", "org", "audit"]
)
def test_every_command_explains_itself(folder: Path, command: str) -> None:
    assert "Usage:" in scanrelay(folder, command, "--help").stdout


def test_an_address_or_a_whole_person_is_revoked(folder: Path) -> None:
    (folder / "org.toml").write_text(
        '[[person]]\nname = "Sunita"\nroles = ["coordinator"]\naddresses = ["telegram:1", "whatsapp:+910000000031"]\n'
        'language = "en"\n'
    )
    assert scanrelay(folder, "org", "import", "org.toml").returncode == 0
    one = scanrelay(folder, "org", "revoke", "telegram:1")
    assert one.stdout == "Revoked. Its person still has 1 other address.\n"
    again = scanrelay(folder, "org", "revoke", "telegram:1")
    assert (again.returncode, again.stderr) == (1, "Nobody has this address.\n")
    assert scanrelay(folder, "org", "revoke", "whatsapp:+910000000031", "--person").stdout == "Revoked.\n"
    assert "Sunita" not in scanrelay(folder, "org", "export").stdout
    checked = json.loads(scanrelay(folder, "audit", "check", "--json").stdout)
    assert checked["ok"]


def test_run_without_a_channel_starts_the_sandbox_and_ends_on_a_signal(
    folder: Path, unused_tcp_port_factory: object
) -> None:
    assert callable(unused_tcp_port_factory)
    ports = [str(unused_tcp_port_factory()) for _ in range(2)]
    command = [sys.executable, "-m", "bot", "run", "--sandbox-port", ports[0]]
    given = environment({"SCANRELAY_PORT": ports[1]})
    with subprocess.Popen(command, cwd=folder, env=given, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        said = [running.stdout.readline() for _ in range(5)]
        assert any(f"http://127.0.0.1:{ports[0]}/" in line for line in said)
        assert any("training only, no real patients" in line for line in said)
        assert json.loads(scanrelay(folder, "audit", "check", "--json").stdout)["ok"]
        begun = time.monotonic()
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=60) == 0
    assert time.monotonic() - begun < 10
