"""The preview: filled to its budget, never over it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.media.imaging.compress import fit, quantisation_tables
from bot.media_contract import Budget
from tests.media.pictures import encoded, film, opened


@pytest.mark.parametrize("max_bytes", [12_000, 20_480, 40_960, 81_920])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_preview_fills_its_budget(max_bytes: int, mode: str) -> None:
    made = fit(film(1_400, 1_000, mode=mode), Budget(max_bytes, 1_024))
    assert 0.93 * max_bytes <= len(made.data) <= max_bytes
    assert max(made.width, made.height) <= 1_024
    assert opened(made.data).size == (made.width, made.height)


@settings(max_examples=25, deadline=None)
@given(
    size=st.tuples(st.integers(16, 700), st.integers(16, 700)),
    grain=st.integers(0, 200),
    max_bytes=st.integers(2_048, 60_000),
    mode=st.sampled_from(["L", "RGB"]),
)
def test_a_preview_is_never_over_its_budget(
    size: tuple[int, int], grain: int, max_bytes: int, mode: str
) -> None:
    made = fit(Image.effect_noise(size, grain).convert(mode), Budget(max_bytes, 512))
    assert len(made.data) <= max_bytes
    assert max(made.width, made.height) <= min(512, max(size))


def test_a_smooth_picture_needs_less_than_its_budget_and_keeps_its_size() -> None:
    made = fit(Image.linear_gradient("L"), Budget())
    assert (made.width, made.height) == (256, 256)
    assert len(made.data) < 10_000
    difference = [
        abs(a - b)
        for a, b in zip(opened(made.data).tobytes(), Image.linear_gradient("L").tobytes(), strict=True)
    ]
    assert max(difference) <= 3


def test_noise_on_a_tiny_budget_gives_up_pixels_before_the_budget() -> None:
    made = fit(Image.effect_noise((1_024, 1_024), 200), Budget(2_048, 1_024))
    assert len(made.data) <= 2_048
    assert max(made.width, made.height) < 1_024


def test_the_tables_in_the_file_are_ours_in_natural_order() -> None:
    (grey,) = quantisation_tables(1.0, grey=True)
    assert grey[0] == 12
    assert grey[1] == round(16 * (1 + 3 * (1 / 7) ** 1.6))
    data = encoded(film(64, 64), qtables=[grey])
    assert opened(data).quantization[0] == grey  # type: ignore[attr-defined]
