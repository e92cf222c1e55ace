"""The bench runs from end to end, on so little that its figures say nothing: no bound on time is held here."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench.__main__ import main
from tests.bench.figures import Figure, Round
from tests.bench.knocking import Updates


def measured(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> list[Mapping[str, Any]]:
    main([*arguments, "--json", "--rounds", "1", "--folder", str(folder)])
    figures: list[Mapping[str, Any]] = json.loads(capsys.readouterr().out)["figures"]
    return figures


def test_updates_are_accepted_and_compared_with_raw_commits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SCANRELAY_TEST_POSTGRES_URL", raising=False)
    (figure,) = measured(capsys, tmp_path, "accept", "--seconds", "0.1", "--connections", "3")
    assert (figure["name"], figure["goal"], figure["at_least"]) == ("webhook accept, SQLite", 0.5, True)
    assert figure["rounds"][0]["ours"] > 0
    assert figure["rounds"][0]["floor"] > 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_case_costs_the_service_and_a_forwarder_the_same_requests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (figure,) = measured(capsys, tmp_path, "overhead", "--cases", "1")
    assert figure["counts"]["relayed messages a case"] == 15
    assert figure["counts"]["CPU ms of the media program a case, not in the ratio"] > 0
    assert figure["ratio"] > 0


def test_an_unknown_figure_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "there is no figure speed" in capsys.readouterr().err


def test_a_goal_is_met_by_the_median_of_the_rounds() -> None:
    rounds = (Round(100, 60, 0), Round(100, 10, 0), Round(100, 55, 0))
    figure = Figure("accept", "updates/s", "the floor", rounds, goal=0.5, at_least=True)
    assert figure.ratio == pytest.approx(0.55)
    assert figure.spread == pytest.approx((0.1, 0.6))
    assert figure.meets
    assert not Figure("cost", "ms", "the floor", rounds, goal=0.5, at_least=False).meets


def test_every_update_is_new_and_whole() -> None:
    one, two = (request for request, _ in zip(Updates(80, "invented"), range(2), strict=False))
    head, body = one.split(b"\r\n\r\n")
    assert int(head.rpartition(b" ")[2]) == len(body)
    assert json.loads(body)["message"]["photo"][-1]["width"] == 1280
    assert json.loads(two.split(b"\r\n\r\n")[1])["update_id"] == json.loads(body)["update_id"] + 1
