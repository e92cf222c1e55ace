"""Drawn radiographs that look like something and show nobody: deterministic, from shapes and noise.

All work on floats 0 (black) to 1 (white), rows by columns, and end as 8-bit grey pictures.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Grey = NDArray[np.float32]
Point = tuple[float, float]


class Canvas:
    """A dark film; coordinates are fractions of width and height, so that one drawing fits any size."""

    def __init__(self, width: int, height: int) -> None:
        """`width` and `height` in pixels."""
        self.width, self.height = width, height
        self.film: Grey = np.zeros((height, width), np.float32)

    def add(self, shape: Callable[[ImageDraw.ImageDraw], None], *, level: float, blur: float) -> None:
        """Add (or take away, `level` below 0) a soft shape; `blur` as a fraction of the width."""
        mask = Image.new("L", (self.width, self.height))
        shape(ImageDraw.Draw(mask))
        inked = mask.getbbox()
        if inked is None:
            return
        # Only where the shape is: blurring the whole film for each rib takes seconds.
        reach = round(4 * blur * self.width) + 2
        left, top = max(0, inked[0] - reach), max(0, inked[1] - reach)
        right, bottom = min(self.width, inked[2] + reach), min(self.height, inked[3] + reach)
        soft = mask.crop((left, top, right, bottom)).filter(ImageFilter.GaussianBlur(blur * self.width))
        self.film[top:bottom, left:right] += np.asarray(soft, np.float32) / 255 * level

    def blob(self, centre: Point, radii: Point, *, level: float, blur: float = 0.01) -> None:
        """A soft ellipse."""
        box = [
            self.at((centre[0] - radii[0], centre[1] - radii[1])),
            self.at((centre[0] + radii[0], centre[1] + radii[1])),
        ]
        self.add(lambda draw: draw.ellipse(box, fill=255), level=level, blur=blur)

    def area(self, points: list[Point], *, level: float, blur: float = 0.01) -> None:
        """A soft polygon."""
        self.add(
            lambda draw: draw.polygon([self.at(one) for one in points], fill=255), level=level, blur=blur
        )

    def stroke(self, points: list[Point], *, width: float, level: float, blur: float = 0.003) -> None:
        """A soft line; `width` as a fraction of the width."""
        line = [self.at(one) for one in points]
        thick = max(1, round(width * self.width))
        self.add(lambda draw: draw.line(line, fill=255, width=thick, joint="curve"), level=level, blur=blur)

    def bone(self, points: list[Point], *, width: float, level: float = 0.34) -> None:
        """A long bone: brighter at its two edges than in the middle, with rounded ends."""
        self.stroke(points, width=width, level=level, blur=0.004)
        self.stroke(points, width=width * 0.55, level=-level * 0.35, blur=0.008)
        for end in (points[0], points[-1]):
            self.blob(
                end, (width * 0.62, width * 0.5 * self.width / self.height), level=level * 0.5, blur=0.006
            )

    def at(self, point: Point) -> tuple[float, float]:
        """Pixels of a point."""
        return point[0] * self.width, point[1] * self.height

    def picture(self, *, seed: int, marker: str = "", marker_at: Point = (0.08, 0.06)) -> Image.Image:
        """The film with grain and, where wanted, a lead side marker."""
        # A seed of its own for each picture: the same bytes in every run.
        grain = np.random.default_rng(seed).normal(0, 0.012, self.film.shape).astype(np.float32)
        tone = np.clip(self.film + grain + 0.02, 0, 1) ** 0.85
        made = Image.fromarray((tone * 255).astype(np.uint8))
        if marker:
            font = ImageFont.load_default(size=self.width // 14)
            ImageDraw.Draw(made).text(self.at(marker_at), marker, fill=250, font=font)
        return made


def chest(width: int = 1500, height: int = 1700) -> Image.Image:
    """A chest, PA: soft tissue, lungs, ribs, clavicles, spine, heart to the viewer's right, diaphragm."""
    film = Canvas(width, height)
    film.area([(0.02, 1), (0.06, 0.42), (0.2, 0.2), (0.4, 0.13), (0.42, 0), (0.58, 0), (0.6, 0.13),
               (0.8, 0.2), (0.94, 0.42), (0.98, 1)], level=0.46, blur=0.02)  # fmt: skip
    for side in (-1, 1):
        lung = [
            (0.1, 0.14),
            (0.2, 0.2),
            (0.3, 0.42),
            (0.35, 0.74),
            (0.2, 0.72),
            (0.06, 0.8),
            (0.045, 0.5),
            (0.05, 0.2),
        ]
        film.area([(0.5 + side * x, y) for x, y in lung], level=-0.32, blur=0.022)
        for number in range(9):
            top = 0.17 + number * 0.065
            reach = 0.25 + 0.11 * min(1.0, number / 4)
            arc = [
                (0.5 + side * (0.05 + reach * t), top - 0.03 * np.sin(np.pi * t) + 0.09 * t**3)
                for t in np.linspace(0, 1, 14)
            ]
            film.stroke(arc, width=0.022, level=0.1, blur=0.003)
            film.stroke([(x, y + 0.007) for x, y in arc], width=0.004, level=0.05, blur=0.001)
        film.bone(
            [(0.5 + side * 0.04, 0.2), (0.5 + side * 0.18, 0.155), (0.5 + side * 0.36, 0.15)],
            width=0.026,
            level=0.2,
        )
        film.blob((0.5 + side * 0.1, 0.45), (0.05, 0.07), level=0.1, blur=0.025)
        for branch in range(6):
            end = (0.5 + side * (0.16 + 0.03 * branch), 0.3 + 0.075 * branch)
            film.stroke([(0.5 + side * 0.09, 0.45), end], width=0.006, level=0.05, blur=0.004)
    film.area([(0.47, 0.3), (0.54, 0.32), (0.56, 0.42), (0.66, 0.56), (0.7, 0.68), (0.66, 0.75),
               (0.42, 0.75), (0.4, 0.6), (0.45, 0.45)],
              level=0.3, blur=0.012)  # fmt: skip
    for number in range(15):
        film.blob((0.5, 0.06 + number * 0.062), (0.035, 0.025), level=0.12, blur=0.006)
    film.stroke([(0.5, 0), (0.5, 0.42)], width=0.03, level=-0.1, blur=0.008)
    film.blob((0.28, 0.95), (0.26, 0.2), level=0.22, blur=0.01)
    film.blob((0.73, 0.98), (0.24, 0.2), level=0.18, blur=0.01)
    film.blob((0.7, 0.82), (0.06, 0.03), level=-0.16, blur=0.012)
    return film.picture(seed=11, marker="R", marker_at=(0.05, 0.08))


def _carpals(film: Canvas) -> None:
    for place, radii in (
        ((0.35, 0.45), (0.065, 0.04)), ((0.47, 0.45), (0.06, 0.035)), ((0.59, 0.46), (0.055, 0.034)),
        ((0.67, 0.43), (0.034, 0.03)),
        ((0.31, 0.37), (0.05, 0.03)), ((0.4, 0.36), (0.045, 0.034)), ((0.49, 0.35), (0.05, 0.05)),
        ((0.61, 0.36), (0.06, 0.042)),
    ):  # fmt: skip
        film.blob(place, radii, level=0.3, blur=0.004)
        film.blob(place, (radii[0] * 0.7, radii[1] * 0.7), level=-0.08, blur=0.008)


def wrist(width: int = 1100, height: int = 1500) -> Image.Image:
    """A wrist, PA, with a fracture line through the end of the radius."""
    film = Canvas(width, height)
    film.area(
        [(0.24, 1), (0.26, 0.6), (0.14, 0.3), (0.2, 0), (0.84, 0), (0.86, 0.3), (0.75, 0.6), (0.76, 1)],
        level=0.2,
        blur=0.02,
    )
    film.area(
        [
            (0.34, 1),
            (0.34, 0.7),
            (0.29, 0.56),
            (0.33, 0.5),
            (0.53, 0.5),
            (0.55, 0.56),
            (0.49, 0.7),
            (0.47, 1),
        ],
        level=0.4,
        blur=0.004,
    )
    film.area(
        [(0.39, 1), (0.39, 0.7), (0.37, 0.6), (0.48, 0.6), (0.44, 0.7), (0.43, 1)], level=-0.13, blur=0.014
    )
    film.area(
        [(0.57, 1), (0.57, 0.7), (0.56, 0.58), (0.6, 0.53), (0.67, 0.56), (0.66, 0.7), (0.67, 1)],
        level=0.38,
        blur=0.004,
    )
    _carpals(film)
    for foot, head in (
        ((0.3, 0.32), (0.17, 0.1)),
        ((0.4, 0.31), (0.37, 0.02)),
        ((0.5, 0.3), (0.51, 0.01)),
        ((0.59, 0.31), (0.64, 0.03)),
        ((0.66, 0.33), (0.77, 0.08)),
    ):
        film.bone([foot, head], width=0.068)
    film.stroke(
        [(0.29, 0.605), (0.36, 0.62), (0.42, 0.6), (0.47, 0.625), (0.54, 0.6)],
        width=0.008,
        level=-0.34,
        blur=0.002,
    )
    film.stroke([(0.28, 0.615), (0.31, 0.64)], width=0.01, level=0.2, blur=0.002)
    return film.picture(seed=12, marker="R", marker_at=(0.06, 0.86))


def knee(width: int = 1100, height: int = 1400) -> Image.Image:
    """A knee, AP: femur, tibia, fibula and kneecap."""
    film = Canvas(width, height)
    film.area(
        [(0.2, 0), (0.84, 0), (0.8, 0.45), (0.84, 0.62), (0.76, 1), (0.26, 1), (0.19, 0.62), (0.22, 0.45)],
        level=0.22,
        blur=0.02,
    )
    film.area(
        [
            (0.4, 0),
            (0.62, 0),
            (0.63, 0.25),
            (0.76, 0.38),
            (0.75, 0.47),
            (0.58, 0.49),
            (0.5, 0.45),
            (0.43, 0.49),
            (0.27, 0.47),
            (0.26, 0.38),
            (0.39, 0.25),
        ],
        level=0.36,
        blur=0.005,
    )
    film.area([(0.46, 0), (0.56, 0), (0.57, 0.28), (0.45, 0.28)], level=-0.14, blur=0.02)
    film.area(
        [
            (0.26, 0.53),
            (0.48, 0.52),
            (0.5, 0.5),
            (0.53, 0.52),
            (0.76, 0.53),
            (0.74, 0.61),
            (0.62, 0.74),
            (0.6, 1),
            (0.4, 1),
            (0.4, 0.74),
            (0.28, 0.61),
        ],
        level=0.36,
        blur=0.005,
    )
    film.area([(0.46, 0.75), (0.55, 0.75), (0.54, 1), (0.46, 1)], level=-0.13, blur=0.02)
    film.bone([(0.75, 0.64), (0.74, 0.8), (0.73, 1)], width=0.075, level=0.24)
    film.blob((0.51, 0.34), (0.1, 0.075), level=0.13, blur=0.008)
    return film.picture(seed=13, marker="L", marker_at=(0.86, 0.05))


def hand(width: int = 1200, height: int = 1500) -> Image.Image:
    """A hand, PA: five rays of bones above the wrist."""
    film = Canvas(width, height)
    rays = [((0.33, 0.74), (0.1, 0.44), 3), ((0.41, 0.66), (0.29, 0.1), 4), ((0.49, 0.65), (0.48, 0.04), 4),
            ((0.57, 0.66), (0.66, 0.1), 4), ((0.64, 0.69), (0.82, 0.24), 4)]  # fmt: skip
    film.area(
        [(0.33, 1), (0.32, 0.8), (0.28, 0.6), (0.38, 0.4), (0.66, 0.4), (0.7, 0.62), (0.64, 0.82), (0.65, 1)],
        level=0.2,
        blur=0.02,
    )
    for foot, tip, _ in rays:
        film.stroke([foot, tip], width=0.095, level=0.15, blur=0.015)
    for foot, tip, parts in rays:
        cuts = np.cumsum([0.0, *([0.46, 0.26, 0.17, 0.11] if parts == 4 else [0.46, 0.32, 0.22])])
        for first, last in zip(cuts[:-1] + 0.012, cuts[1:] - 0.012, strict=True):
            ends = [
                (foot[0] + (tip[0] - foot[0]) * t, foot[1] + (tip[1] - foot[1]) * t) for t in (first, last)
            ]
            film.bone(ends, width=0.05 - 0.02 * first)
    for column in range(4):
        for row in range(2):
            film.blob((0.39 + 0.07 * column, 0.72 + 0.055 * row), (0.036, 0.03), level=0.26, blur=0.005)
    film.bone([(0.43, 0.85), (0.42, 1)], width=0.1)
    film.bone([(0.57, 0.85), (0.58, 1)], width=0.075)
    return film.picture(seed=14, marker="L", marker_at=(0.86, 0.06))


def ultrasound(width: int = 900, height: int = 700) -> Image.Image:
    """A sector with speckle, two dark cysts and the shadow of a stone."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    across, down = columns - width / 2, rows + height * 0.12
    radius, angle = np.hypot(across, down), np.arctan2(across, down)
    depth = radius / (height * 1.1)
    speckle = np.random.default_rng(15).rayleigh(0.3, (height, width)).astype(np.float32)
    tissue = (0.75 - 0.35 * depth + 0.12 * np.sin(depth * 24 + np.sin(angle * 5))) * speckle
    for x, y, r in ((0.42, 0.45, 0.11), (0.62, 0.6, 0.07)):
        tissue *= np.where(np.hypot(columns - x * width, rows - y * height) < r * height, 0.12, 1)
    stone = np.hypot(columns - 0.56 * width, rows - 0.34 * height) < 0.025 * height
    behind = (np.abs(angle - 0.12) < 0.035) & (depth > 0.47)
    tissue = np.where(behind, tissue * 0.15, tissue) + stone * 0.8
    sector = (np.abs(angle) < 0.62) & (depth > 0.14) & (depth < 0.98)
    grey = np.where(sector, np.clip(tissue, 0, 1), 0)
    return Image.fromarray((grey * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))


def photographed(film: Image.Image, size: tuple[int, int] = (4000, 3000)) -> Image.Image:
    """A phone's picture of a film on a light box in a dim room: tilted, with glare and a warm tint."""
    room = Image.new("RGB", size, (38, 34, 30))
    box = Image.new("RGB", (int(size[0] * 0.62), int(size[1] * 0.92)), (226, 232, 236))
    inner = film.convert("RGB").resize((int(box.width * 0.86), int(box.height * 0.9)))
    box.paste(inner, ((box.width - inner.width) // 2, (box.height - inner.height) // 2))
    turned = box.rotate(2.5, expand=True, fillcolor=(38, 34, 30))
    room.paste(turned, ((size[0] - turned.width) // 2, (size[1] - turned.height) // 2))
    glare = Image.new("L", (size[0] // 8, size[1] // 8))
    ImageDraw.Draw(glare).ellipse(
        [glare.width * 0.55, glare.height * 0.1, glare.width * 0.68, glare.height * 0.3], fill=110
    )
    soft = glare.filter(ImageFilter.GaussianBlur(12)).resize(size)
    return Image.composite(Image.new("RGB", size, (255, 250, 235)), room, soft)
