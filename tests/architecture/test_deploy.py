"""What is handed to operators to deploy is sound: the unit file by systemd's own check, the container by its parts."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.checkout import ROOT

DEPLOY = ROOT / "docs" / "deploy"
UNIT = DEPLOY / "scanrelay.service"
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")


def analyzed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


@needs_systemd
def test_systemd_takes_the_unit_file(tmp_path: Path) -> None:
    unit = UNIT.read_text(encoding="utf-8").replace("/srv/scanrelay/.venv/bin/scanrelay run", "/bin/true")
    (tmp_path / UNIT.name).write_text(unit, encoding="utf-8")
    checked = analyzed("verify", "--man=no", str(tmp_path / UNIT.name))
    assert (checked.returncode, [line for line in checked.stderr.splitlines() if UNIT.name in line]) == (
        0,
        [],
    )


@needs_systemd
def test_the_unit_is_as_little_exposed_as_its_page_says() -> None:
    checked = analyzed("security", "--offline=true", "--no-pager", str(UNIT))
    rated = re.search(r"Overall exposure level for \S+: ([0-9.]+)", checked.stdout)
    told = re.search(r"rates it below ([0-9.]+) of 10", (ROOT / "docs" / "hosting-systemd.md").read_text())
    assert rated, checked.stderr
    assert told
    assert float(rated[1]) < float(told[1])


def copied() -> list[str]:
    """What the image gets of the checkout."""
    return re.findall(r"^COPY (?!--from)(\S+) ", CONTAINER, flags=re.MULTILINE)


def test_the_container_holds_all_that_the_program_needs(tmp_path: Path) -> None:
    for name in copied():
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    where = [sys.executable, "-c", "import bot.cli; print(bot.cli.__file__)"]
    looked = subprocess.run(where, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert Path(looked.stdout.strip()).is_relative_to(tmp_path), looked.stderr
    command = [sys.executable, "-m", "bot", "doctor", "--json"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, json.loads(ended.stdout)["ok"]) == (0, True)


def test_the_container_runs_as_somebody_who_may_do_little() -> None:
    lines = CONTAINER.splitlines()
    assert lines.index("USER scanrelay") < next(
        number for number, line in enumerate(lines) if line.startswith("ENTRYPOINT")
    )
    assert "VOLUME /var/lib/scanrelay" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_a_container_command_is_one_of_ours() -> None:
    assert 'ENTRYPOINT ["python", "-m", "bot"]' in CONTAINER
    assert 'CMD ["run"]' in CONTAINER
