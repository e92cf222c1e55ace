"""The vendor's file store: photo sizes, file ids that can be used again, download paths."""

import hashlib
import io
import mimetypes
from functools import lru_cache
from pathlib import PurePosixPath

from PIL import Image, ImageOps

from .errors import PhoneError, bad_request
from .model import Media, MediaKind, StoredFile

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
_CLIENT_SIDE = 1280
_CLIENT_QUALITY = 80
_SMALLER_SIDES = (90, 320, 800)
_REMEMBERED = 64
"""Pictures of the last calls: a case's picture goes to several phones, and the samples are sent again and again."""
_NOT_AN_IMAGE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


@lru_cache(_REMEMBERED)
def client_photo(data: bytes, *, side: int = _CLIENT_SIDE, quality: int = _CLIENT_QUALITY) -> bytes:
    """What an app sends for a photo: longer side at most `side`, JPEG without EXIF; PhoneError if it is none.

    Left to itself it is Telegram's app: 1280 pixels, JPEG at 80 (research: channels §5).
    """
    try:
        with Image.open(io.BytesIO(data)) as opened:
            opened.draft("RGB", (side, side))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except _NOT_AN_IMAGE as error:
        raise PhoneError("not a picture that a phone can send as a photo") from error
    upright.thumbnail((side, side))
    return _jpeg(upright, quality)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


@lru_cache(_REMEMBERED)
def _sizes_of(data: bytes) -> tuple[tuple[bytes, tuple[int, int]], ...]:
    """A photo as JPEGs with their sides, the smallest first, itself the last; refuses what the real one refuses."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            whole = data, image.size
            return (*_smaller(image), whole)
    except _NOT_AN_IMAGE as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error


def _smaller(image: Image.Image) -> list[tuple[bytes, tuple[int, int]]]:
    width, height = image.size
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    image.draft("RGB", (800, 800))
    shrunk = image.convert("RGB")
    made = []
    for side in reversed([one for one in _SMALLER_SIDES if one < max(width, height)]):
        shrunk.thumbnail((side, side))
        made.append((_jpeg(shrunk, 75), shrunk.size))
    return made[::-1]


class FileStore:
    """All files of one bot, in memory; ids are stable for equal histories."""

    def __init__(self) -> None:
        """Empty."""
        self._media: dict[str, Media] = {}
        self._files: dict[str, StoredFile] = {}
        self._paths: dict[str, StoredFile] = {}
        self._count = 0

    def add(
        self, kind: MediaKind, data: bytes, *, name: str = "", mime: str = "", duration: int = 0
    ) -> Media:
        """Keep `data` as one file, or as a photo in several sizes; refuses what the real one refuses."""
        if kind is MediaKind.PHOTO:
            return self._remember(Media(kind, self._photo_sizes(data)))
        guessed = mime or mimetypes.guess_type(name)[0] or _DEFAULT_MIME.get(kind, "application/octet-stream")
        stored = self._stored(kind, data, name=name, mime=guessed, duration=duration)
        return self._remember(Media(kind, (stored,)))

    def media(self, file_id: str) -> Media | None:
        """The media that a file id belongs to."""
        return self._media.get(file_id)

    def file(self, file_id: str) -> StoredFile | None:
        """The one file behind an id."""
        return self._files.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """The file at a download path."""
        return self._paths.get(path)

    def _remember(self, media: Media) -> Media:
        for stored in media.sizes:
            self._media[stored.file_id] = media
            self._files[stored.file_id] = stored
            self._paths[stored.path] = stored
        return media

    def _stored(
        self, kind: MediaKind, data: bytes, *, name: str = "", mime: str = "", duration: int = 0,
        size: tuple[int, int] = (0, 0),
    ) -> StoredFile:  # fmt: skip
        self._count += 1
        unique = hashlib.sha256(data).hexdigest()[:16]
        suffix = PurePosixPath(name).suffix or _SUFFIX.get(kind, "")
        path = f"{kind.value}s/file_{self._count}{suffix}"
        file_id = f"{_PREFIX[kind]}AC{self._count:06d}{unique}"
        return StoredFile(file_id, f"AQAD{unique}", path, data, name, mime, size[0], size[1], duration)

    def _photo_sizes(self, data: bytes) -> tuple[StoredFile, ...]:
        if len(data) > MAX_PHOTO_BYTES:
            what = f"file of size {len(data)} bytes is too big for a photo"
            raise bad_request(f"{what}; the maximum size is {MAX_PHOTO_BYTES} bytes")
        return tuple(
            self._stored(MediaKind.PHOTO, jpeg, mime="image/jpeg", size=size)
            for jpeg, size in _sizes_of(data)
        )


_PREFIX = {
    MediaKind.PHOTO: "AgA", MediaKind.DOCUMENT: "BQA", MediaKind.VOICE: "AwA", MediaKind.VIDEO: "BAA",
    MediaKind.AUDIO: "CQA", MediaKind.STICKER: "CAA",
}  # fmt: skip
_SUFFIX = {
    MediaKind.PHOTO: ".jpg",
    MediaKind.VOICE: ".oga",
    MediaKind.VIDEO: ".mp4",
    MediaKind.STICKER: ".webp",
}
_DEFAULT_MIME = {
    MediaKind.VOICE: "audio/ogg", MediaKind.VIDEO: "video/mp4", MediaKind.AUDIO: "audio/mpeg",
    MediaKind.STICKER: "image/webp",
}  # fmt: skip
