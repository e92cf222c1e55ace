"""Pictures and files to try the bot with, made at first use and the same in every run; they show nobody."""

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from pydicom.data import get_testdata_file
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut

from . import drawing
from .model import Json


@dataclass(frozen=True, slots=True)
class Sample:
    """One thing to send; `kind` is how a phone sends it unless told (photo, document, voice)."""

    id: str
    title: str
    file_name: str
    mime: str
    kind: str
    make: Callable[[], bytes]

    def data(self) -> bytes:
        """The bytes, drawn once a process."""
        return _made(self.id)

    def thumbnail(self) -> bytes:
        """A small JPEG for the tray, of a picture."""
        return _small(self.id)

    @property
    def json(self) -> Json:
        """As `GET /samples` lists it."""
        url = f"/samples/{self.id}"
        picture = self.mime.startswith("image/")
        names = {"id": self.id, "title": self.title, "file_name": self.file_name, "mime_type": self.mime}
        return {**names, "as": self.kind, "url": url, "thumb_url": f"{url}?size=small", "picture": picture}


@cache
def _made(name: str) -> bytes:
    return SAMPLES[name].make()


@cache
def _small(name: str) -> bytes:
    image = Image.open(io.BytesIO(_made(name)))
    image.thumbnail((160, 160))
    return _jpeg(image, 80)


def draw_all() -> None:
    """Draw every sample ahead of its first use, which takes some seconds in all."""
    for sample in SAMPLES.values():
        if sample.mime.startswith("image/"):
            sample.thumbnail()


def _jpeg(image: Image.Image, quality: int = 90) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _with_name(film: Image.Image) -> Image.Image:
    """An invented person's name and number burned in, as a careless scanner prints them."""
    font = ImageFont.load_default(size=film.width // 34)
    text = "SITA EXAMPLE  F/54Y\nID 00-1234-99\n12-Jan-2026 10:42\nRAMPUR DIAGNOSTIC (INVENTED)"
    made = film.copy()
    ImageDraw.Draw(made).multiline_text((film.width * 0.52, film.height * 0.02), text, fill=245, font=font)
    return made


def _dicom_path(name: str) -> Path:
    path = get_testdata_file(name, download=False)
    if path is None:
        raise FileNotFoundError(name)
    return Path(str(path))


def _from_dicom(name: str, side: int = 1000) -> Image.Image:
    """One of pydicom's own examples, windowed as its header says, enlarged to `side` pixels."""
    dataset = pydicom.dcmread(_dicom_path(name))
    shown = apply_voi_lut(apply_modality_lut(dataset.pixel_array, dataset), dataset).astype(np.float32)
    low, high = np.percentile(shown, (0.5, 99.5))
    grey = np.clip((shown - low) / max(1e-6, high - low), 0, 1)
    return Image.fromarray((grey * 255).astype(np.uint8)).resize((side, side), Image.Resampling.BICUBIC)


def voice_note() -> bytes:
    """Three seconds of silence: a hand-built Ogg stream (RFC 3533, 7845) of empty Opus frames (RFC 6716)."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 9) + b"ScanRelay" + struct.pack("<I", 0)
    # 0xF8: CELT full band, 20 ms, mono, one frame; FF FE is libopus' own packet for silence.
    silence = b"\xf8\xff\xfe"
    pages = [_ogg_page([head], granule=0, number=0, flags=2), _ogg_page([tags], granule=0, number=1, flags=0)]
    pages.append(_ogg_page([silence] * 150, granule=150 * 960, number=2, flags=4))
    return b"".join(pages)


def _ogg_page(packets: list[bytes], *, granule: int, number: int, flags: int) -> bytes:
    """One page of packets shorter than 255 bytes."""
    table = bytes(len(packet) for packet in packets)
    header = b"OggS" + struct.pack("<BBqIII", 0, flags, granule, 1, number, 0) + bytes([len(table)]) + table
    page = header + b"".join(packets)
    return page[:22] + struct.pack("<I", _ogg_crc(page)) + page[26:]


def _ogg_crc(page: bytes) -> int:
    """CRC-32 with polynomial 0x04C11DB7, not reflected, start 0 (RFC 3533 §6)."""
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x104C11DB7 if value & 0x80000000 else 0)
    return value


def _photo(name: str, title: str, make: Callable[[], Image.Image], *, quality: int = 90) -> Sample:
    return Sample(name, title, f"{name}.jpg", "image/jpeg", "photo", lambda: _jpeg(make(), quality))


def _blurred() -> Image.Image:
    return drawing.hand().filter(ImageFilter.GaussianBlur(14))


def _sheet(part: int) -> Image.Image:
    """A quarter of a CT sheet of sixteen slices, 1 to 4, as somebody photographs it who wants to read it."""
    slices, sheet = _from_dicom("CT_small.dcm", 300), Image.new("RGB", (1240, 1240), (12, 12, 14))
    for place in range(16):
        zoom = 150 + 12 * place
        shown = slices.crop((150 - zoom // 2, 150 - zoom // 2, 150 + zoom // 2, 150 + zoom // 2))
        sheet.paste(shown.resize((296, 296)), (7 + place % 4 * 310, 7 + place // 4 * 310))
    left, top = (part - 1) % 2 * 620, (part - 1) // 2 * 620
    return sheet.crop((left, top, left + 620, top + 620)).resize((1600, 1600), Image.Resampling.BICUBIC)


def _note() -> bytes:
    return b"This is a text file, not a picture.\n" * 3


SAMPLES: dict[str, Sample] = {
    one.id: one
    for one in (
        _photo("wrist", "Wrist X-ray", drawing.wrist),
        _photo("chest", "Chest X-ray", drawing.chest),
        _photo("knee", "Knee X-ray", drawing.knee),
        _photo("hand", "Hand X-ray", drawing.hand),
        _photo("ultrasound", "Ultrasound", drawing.ultrasound),
        _photo("ct", "CT slice", lambda: _from_dicom("CT_small.dcm")),
        _photo("mr", "MRI slice", lambda: _from_dicom("MR_small.dcm")),
        _photo("named", "X-ray with a name on it", lambda: _with_name(drawing.chest())),
        _photo("blurred", "Blurred X-ray", _blurred, quality=80),
        _photo("film", "Photo of a film (12 MP)", lambda: drawing.photographed(drawing.chest())),
        *(
            _photo(f"sheet_{part}", f"CT sheet, part {part} of 4", partial(_sheet, part))
            for part in range(1, 5)
        ),
        Sample("dicom", "CT as DICOM file", "ct.dcm", "application/dicom", "document",
               lambda: _dicom_path("CT_small.dcm").read_bytes()),
        Sample("text", "Not a picture (text file)", "note.txt", "text/plain", "document", _note),
        Sample("voice", "Voice note (silence)", "voice.ogg", "audio/ogg", "voice", voice_note),
    )
}  # fmt: skip
