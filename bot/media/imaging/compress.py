"""JPEG encoding: the preview that fills its byte budget, and the stored master."""

import math
from dataclasses import dataclass
from io import BytesIO

import mozjpeg_lossless_optimization
from PIL import Image

from bot.media_contract import Budget, ContentType

MAX_ENCODES = 8
MIN_FILL = 0.95
AIM = 0.98
# IJG quality 95 and about 8: past the first more bytes show nothing, past the second fewer pixels do better.
MIN_SCALE, MAX_SCALE = 0.10, 6.0
FIRST_SCALE = 0.88
# Typical of radiographs; the second encode corrects it.
FIRST_SLOPE = -0.70
SHRINK = 0.8
MASTER_QUALITY = 92
SMALL_PIXELS = 512 * 512


def _radial_weight(u: int, v: int) -> float:
    """Fitted for radiographs: gentle on faint lines, costly only in the corners no screen shows."""
    if u == v == 0:
        return 12.0
    radius = math.hypot(u, v) / 7
    return 16 * (1 + 3 * math.pow(radius, 1.6)) * (1 + 0.5 * min(u, v) / 7)


def _smooth_weight(u: int, v: int) -> float:
    """Colour differences are smooth in scans and photographs: a coarser table, but never fewer samples."""
    return 17.0 if u == v == 0 else 18 * (1 + 4 * math.pow(math.hypot(u, v) / 7, 1.2))


_LUMA = tuple(_radial_weight(u, v) for v in range(8) for u in range(8))
_CHROMA = tuple(_smooth_weight(u, v) for v in range(8) for u in range(8))


@dataclass(frozen=True, slots=True)
class Encoded:
    """A JPEG with the scale of its tables; size in pixels of the picture it was made from."""

    data: bytes
    width: int
    height: int


def quantisation_tables(scale: float, *, grey: bool) -> list[list[int]]:
    """Rows of eight, in natural order, as the encoder wants them; 1.0 is IJG quality 50."""
    tables = [_LUMA] if grey else [_LUMA, _CHROMA]
    return [[min(255, max(1, round(weight * scale))) for weight in table] for table in tables]


def fit(image: Image.Image, budget: Budget) -> Encoded:
    """Never over the budget, and filled to 93% of it unless the picture is already good with less.

    `image` is L or RGB. It is never enlarged.
    """
    candidate = shrink_to(image, budget.long_side)
    while True:
        data = _search(candidate, budget.max_bytes)
        if data is not None:
            return Encoded(data, candidate.width, candidate.height)
        candidate = shrink_to(image, round(max(candidate.size) * SHRINK))


def shrink_to(image: Image.Image, long_side: int) -> Image.Image:
    longest = max(image.size)
    if longest <= long_side:
        return image
    width, height = (max(1, round(side * long_side / longest)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _search(image: Image.Image, max_bytes: int) -> bytes | None:
    """Secant steps on log size over log scale, kept between what was over and what was under."""
    search = _ScaleSearch(max_bytes)
    for _ in range(MAX_ENCODES):
        search.learn(_pack(_encode(image, search.scale)))
        if search.is_settled:
            break
    return search.best


class _ScaleSearch:
    """Where the next encode is tried, and the best that was within the budget."""

    def __init__(self, max_bytes: int) -> None:
        self.scale = FIRST_SCALE
        self.best: bytes | None = None
        self.is_settled = False
        self._max_bytes = max_bytes
        self._slope = FIRST_SLOPE
        self._over, self._under = MIN_SCALE, MAX_SCALE
        self._last: tuple[float, float] | None = None

    def learn(self, data: bytes) -> None:
        if len(data) > self._max_bytes:
            self._over = max(self._over, self.scale)
            self.is_settled = self.scale >= MAX_SCALE
        else:
            self._under = min(self._under, self.scale)
            self._keep(data)
        self._fit_slope(len(data))
        self._advance(len(data))

    def _keep(self, data: bytes) -> None:
        self.is_settled = len(data) >= MIN_FILL * self._max_bytes or self.scale <= MIN_SCALE
        if self.best is None or len(data) > len(self.best):
            self.best = data

    def _fit_slope(self, size: int) -> None:
        point = (math.log(self.scale), math.log(size))
        if self._last is not None and point[0] != self._last[0]:
            slope = (point[1] - self._last[1]) / (point[0] - self._last[0])
            self._slope = min(-0.2, max(-6.0, slope))
        self._last = point

    def _advance(self, size: int) -> None:
        wanted = math.log(self._max_bytes * AIM / size)
        step = min(MAX_SCALE, max(MIN_SCALE, self.scale * math.exp(wanted / self._slope)))
        is_new = self._over < step < self._under or step in (MIN_SCALE, MAX_SCALE)
        self.scale = step if is_new else math.sqrt(self._over * self._under)


def _encode(image: Image.Image, scale: float) -> bytes:
    buffer = BytesIO()
    tables = quantisation_tables(scale, grey=image.mode == "L")
    image.save(buffer, "JPEG", qtables=tables, subsampling=0, progressive=True, optimize=True)
    return buffer.getvalue()


def _pack(jpeg: bytes) -> bytes:
    """The same pixels in fewer bytes: a better split into progressive scans."""
    return bytes(mozjpeg_lossless_optimization.optimize(jpeg))


def encode_master(image: Image.Image) -> tuple[bytes, ContentType]:
    """What is stored: lossless when small, else a JPEG that later renditions lose nothing visible from.

    Baseline without optimised tables: the encoder then streams instead of holding the whole picture twice.
    """
    buffer = BytesIO()
    if image.width * image.height <= SMALL_PIXELS:
        image.save(buffer, "PNG")
        return buffer.getvalue(), ContentType.PNG
    image.save(buffer, "JPEG", quality=MASTER_QUALITY, subsampling=0)
    return buffer.getvalue(), ContentType.JPEG
