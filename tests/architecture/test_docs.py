"""The README and its companions are true: what they tell to type exists, what they link to is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.checkout import ROOT

DOCS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)
FENCED = re.compile(r"^```sh\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)


def _commands(program: str) -> set[str]:
    """The first word after `program` in all that the documents tell to type."""
    blocks = [block for path in DOCS for block in FENCED.findall(path.read_text(encoding="utf-8"))]
    return {
        word
        for block in blocks
        for word in re.findall(rf"^{program} +([a-z][a-z-]*)", block, flags=re.MULTILINE)
    }


def test_every_make_command_told_is_a_target() -> None:
    targets = set(
        re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    told = _commands("make")
    assert told
    assert told - targets == set()


def test_every_scanrelay_command_told_exists() -> None:
    told = _commands(r"\.venv/bin/scanrelay")
    assert told
    for command in told:
        shown = subprocess.run(
            [sys.executable, "-m", "bot", command, "--help"], cwd=ROOT, capture_output=True, check=False
        )
        assert shown.returncode == 0, command


def test_every_process_of_the_procfile_is_a_command() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    setting = r"SCANRELAY_[A-Z_]+=\S+ "
    commands = [
        re.fullmatch(rf"(?:web|worker|release): (?:{setting})*python -m bot ([a-z]+)", line) for line in lines
    ]
    for command in commands:
        assert command
        shown = subprocess.run(
            [sys.executable, "-m", "bot", command.group(1), "--help"],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert shown.returncode == 0, command.group(1)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_readme_says_training_only() -> None:
    assert "training only, no real patients" in _readme().lower()


def _readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")
