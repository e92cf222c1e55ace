"""What is in the checkout agrees with itself, and holds nothing of the machine that it was written on."""

import re
import tomllib

import pytest

from tests.architecture.checkout import ROOT, tracked_texts

LOCKS = ("requirements.lock", "requirements-dev.lock")
# Where outside data lies beside a checkout is the one thing that `.ci/run` may know.
KNOWS_ITS_SURROUNDINGS = {".ci/run"}
# Spelt in two parts, so that this file does not hold what it forbids.
INDEX_HOSTS = tuple(
    a + b for a, b in [("pypi", ".org"), ("pythonhosted", ".org"), ("--index", "-url"), ("find", "-links")]
)
MACHINE_PATHS = tuple("/" + name for name in ("work/", "home/", "Users/", "root/", "opt/"))


def _project() -> dict[str, object]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project: dict[str, object] = tomllib.load(file)
    return project


def _asked_for(*, extra: str | None = None) -> set[str]:
    project = _project()["project"]
    assert isinstance(project, dict)
    wanted = [*project["dependencies"], *(project["optional-dependencies"][extra] if extra else [])]
    return {_normal(re.split(r"[\[<>=~!; ]", line, maxsplit=1)[0]) for line in wanted}


def _locked(name: str) -> dict[str, set[str]]:
    """The versions of each package in a lock (several where they depend on the platform)."""
    locked: dict[str, set[str]] = {}
    for package, version in re.findall(
        r"^([\w.-]+)(?:\[[\w,.-]+\])?==([^ \\;]+)", (ROOT / name).read_text(), flags=re.MULTILINE
    ):
        locked.setdefault(_normal(package), set()).add(version)
    return locked


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_run_lock_holds_all_that_the_service_asks_for() -> None:
    assert _asked_for() - _locked("requirements.lock").keys() == set()


def test_development_lock_holds_all_that_tests_and_checks_ask_for() -> None:
    assert _asked_for(extra="dev") - _locked("requirements-dev.lock").keys() == set()


def test_tests_run_on_the_versions_that_the_service_runs_on() -> None:
    run, development = (_locked(name) for name in LOCKS)
    assert {name: versions for name, versions in run.items() if development.get(name) != versions} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_its_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_no_file_names_a_package_index() -> None:
    assert _files_with(INDEX_HOSTS) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert _files_with(MACHINE_PATHS) == []


def test_only_the_ci_script_knows_what_lies_beside_the_checkout() -> None:
    assert _files_with(("../" + "shared",)) == []


def _files_with(words: tuple[str, ...]) -> list[str]:
    """Files that hold one of the words where a word starts; a longer path that only ends so is another."""
    pattern = re.compile("|".join(rf"(?<![\w.:-]){re.escape(word)}" for word in words))
    found = (
        (path, pattern.search(text))
        for path, text in tracked_texts()
        if str(path) not in KNOWS_ITS_SURROUNDINGS
    )
    return [f"{path}: {match.group()}" for path, match in found if match]
