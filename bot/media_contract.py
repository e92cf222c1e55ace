"""What the service and the media program say to each other: plain types, and the frames they travel in.

A frame is `MAGIC`, the header's length (four bytes, big endian), a JSON header, then the byte parts whose
lengths the header lists. Requests and responses look alike, so either side reads with the same parser.
"""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

VERSION = 1
MAGIC = b"SRM\x01"
PREFIX = struct.Struct(">4sI")
MAX_HEADER_BYTES = 1 << 20
MAX_PARTS = 64
MAX_PARTS_BYTES = 256 << 20

MAX_SHEET_PREVIEWS = 12
MIN_SHEET_SIDE = 320
MIN_BUDGET_BYTES = 2_048
MIN_LONG_SIDE = 64
MAX_LONG_SIDE = 8_192


class ContractError(Exception):
    """A frame or a request that the contract does not allow."""


class ContentType(StrEnum):
    """What bytes are by their content; a file's name and declared type are never asked."""

    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    AVIF = "avif"
    WEBP = "webp"
    GIF = "gif"
    TIFF = "tiff"
    BMP = "bmp"
    PDF = "pdf"
    DICOM = "dicom"
    ZIP = "zip"
    ARCHIVE = "archive"
    OFFICE = "office"
    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    UNKNOWN = "unknown"


class RefusalReason(StrEnum):
    """Why there is no picture; closed, so that handlers have a sentence for each."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"
    NOT_AN_IMAGE = "not_an_image"
    TYPE_NOT_SUPPORTED = "type_not_supported"
    DAMAGED = "damaged"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    OUT_OF_MEMORY = "out_of_memory"
    CANNOT_DRAW = "cannot_draw"


class Excess(StrEnum):
    """What there was too much of."""

    BYTES = "bytes"
    PIXELS = "pixels"


class DrawingKind(StrEnum):
    """The pictures that can be drawn from strings; later kinds are added here and in `bot.media.pictures`."""

    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Budget:
    """How large a preview may be: bytes on the wire and pixels of the longer side."""

    max_bytes: int = 40_960
    long_side: int = 1_024

    def __post_init__(self) -> None:
        if self.max_bytes < MIN_BUDGET_BYTES:
            raise ContractError(f"a budget needs at least {MIN_BUDGET_BYTES} bytes")
        if not MIN_LONG_SIDE <= self.long_side <= MAX_LONG_SIDE:
            raise ContractError(f"a long side is between {MIN_LONG_SIDE} and {MAX_LONG_SIDE} pixels")


DEFAULT_BUDGET = Budget()


@dataclass(frozen=True, slots=True)
class PrepareRequest:
    data: bytes
    budget: Budget = DEFAULT_BUDGET


@dataclass(frozen=True, slots=True)
class SheetRequest:
    """Previews as prepared, each with the label the reader will answer with (at most three digits).

    A picture that is alone needs no number: its label may be empty.
    """

    previews: tuple[bytes, ...]
    labels: tuple[str, ...]
    budget: Budget = DEFAULT_BUDGET

    def __post_init__(self) -> None:
        if not 1 <= len(self.previews) <= MAX_SHEET_PREVIEWS:
            raise ContractError(f"a contact sheet holds 1 to {MAX_SHEET_PREVIEWS} previews")
        if len(self.labels) != len(self.previews):
            raise ContractError("a contact sheet needs one label a preview")
        alone = self.labels == ("",)
        if not alone and not all(label.isdecimal() and len(label) <= 3 for label in self.labels):
            raise ContractError("a contact sheet's labels are one to three digits")
        if self.budget.long_side < MIN_SHEET_SIDE:
            raise ContractError(f"a contact sheet needs a long side of at least {MIN_SHEET_SIDE} pixels")


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """A kind, its strings already in the reader's language, and pictures it may place."""

    kind: DrawingKind
    parameters: Mapping[str, Any]
    budget: Budget = DEFAULT_BUDGET
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """New pixels only. `image` is the stored master, `digest` its SHA-256 in hex; sizes in upright pixels."""

    image: bytes
    image_type: ContentType
    preview: bytes
    width: int
    height: int
    preview_width: int
    preview_height: int
    grey: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A contact sheet or a drawing, as JPEG; `count` previews or rows are in it."""

    image: bytes
    width: int
    height: int
    count: int


@dataclass(frozen=True, slots=True)
class Refused:
    """No picture: why, what the bytes looked like, and what there was too much of."""

    reason: RefusalReason
    content_type: ContentType = ContentType.UNKNOWN
    excess: Excess | None = None


Request = PrepareRequest | SheetRequest | DrawRequest
Response = Prepared | Picture | Refused


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of either side; `kind` is the operation asked for or the sort of result."""

    request_id: int
    kind: str
    parameters: Mapping[str, Any]
    parts: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """A frame whose parts have not been read yet."""

    request_id: int
    kind: str
    parameters: Mapping[str, Any]
    lengths: tuple[int, ...]

    def with_parts(self, parts: Iterable[bytes]) -> Frame:
        return Frame(self.request_id, self.kind, self.parameters, tuple(parts))


def frame_chunks(frame: Frame) -> list[bytes]:
    """The frame as chunks to be written one after the other: large parts are not copied."""
    fields = {
        "version": VERSION,
        "id": frame.request_id,
        "kind": frame.kind,
        "parameters": frame.parameters,
        "parts": [len(part) for part in frame.parts],
    }
    header = json.dumps(fields, separators=(",", ":")).encode()
    return [PREFIX.pack(MAGIC, len(header)) + header, *frame.parts]


def header_length(prefix: bytes) -> int:
    magic, length = PREFIX.unpack(prefix)
    if magic != MAGIC or length > MAX_HEADER_BYTES:
        raise ContractError("not a frame of this contract")
    return int(length)


def parse_header(data: bytes) -> Header:
    try:
        fields = json.loads(data)
        version, lengths = fields["version"], tuple(int(length) for length in fields["parts"])
        header = Header(int(fields["id"]), str(fields["kind"]), dict(fields["parameters"]), lengths)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ContractError("a frame's header cannot be read") from error
    if version != VERSION:
        raise ContractError(f"a frame of version {version}, this is {VERSION}")
    if len(lengths) > MAX_PARTS or min(lengths, default=0) < 0 or sum(lengths) > MAX_PARTS_BYTES:
        raise ContractError("a frame's parts are too many or too long")
    return header


def request_frame(request_id: int, request: Request) -> Frame:
    budget = {"max_bytes": request.budget.max_bytes, "long_side": request.budget.long_side}
    match request:
        case PrepareRequest(data=data):
            return Frame(request_id, "prepare", {"budget": budget}, (data,))
        case SheetRequest(previews=previews, labels=labels):
            return Frame(request_id, "contact_sheet", {"budget": budget, "labels": list(labels)}, previews)
        case DrawRequest(kind=kind, parameters=values, pictures=pictures):
            parameters = {"budget": budget, "kind": kind, "values": dict(values)}
            return Frame(request_id, "draw", parameters, pictures)
        case _:
            assert_never(request)


def parse_request(frame: Frame) -> Request:
    try:
        return _request(frame, frame.parameters)
    except (KeyError, TypeError, ValueError) as error:
        raise ContractError("a request's parameters cannot be read") from error


def _request(frame: Frame, parameters: Mapping[str, Any]) -> Request:
    budget = Budget(int(parameters["budget"]["max_bytes"]), int(parameters["budget"]["long_side"]))
    match frame.kind:
        case "prepare":
            (data,) = frame.parts
            return PrepareRequest(data, budget)
        case "contact_sheet":
            return SheetRequest(frame.parts, tuple(map(str, parameters["labels"])), budget)
        case "draw":
            return DrawRequest(DrawingKind(parameters["kind"]), parameters["values"], budget, frame.parts)
        case _:
            raise ContractError("an operation this program does not know")


def response_frame(request_id: int, response: Response) -> Frame:
    match response:
        case Prepared():
            return Frame(
                request_id, "prepared", _prepared_fields(response), (response.image, response.preview)
            )
        case Picture(image=image, width=width, height=height, count=count):
            return Frame(request_id, "picture", {"width": width, "height": height, "count": count}, (image,))
        case Refused(reason=reason, content_type=content_type, excess=excess):
            fields = {"reason": reason, "content_type": content_type, "excess": excess}
            return Frame(request_id, "refused", fields)
        case _:
            assert_never(response)


def _prepared_fields(prepared: Prepared) -> dict[str, Any]:
    return {
        "image_type": prepared.image_type,
        "width": prepared.width,
        "height": prepared.height,
        "preview_width": prepared.preview_width,
        "preview_height": prepared.preview_height,
        "grey": prepared.grey,
        "digest": prepared.digest,
    }


def parse_response(frame: Frame) -> Response:
    try:
        return _response(frame, frame.parameters, frame.parts)
    except (KeyError, TypeError, ValueError) as error:
        raise ContractError("a response cannot be read") from error


def _response(frame: Frame, fields: Mapping[str, Any], parts: Sequence[bytes]) -> Response:
    match frame.kind:
        case "prepared":
            image, preview = parts
            return Prepared(
                image,
                ContentType(fields["image_type"]),
                preview,
                width=fields["width"],
                height=fields["height"],
                preview_width=fields["preview_width"],
                preview_height=fields["preview_height"],
                grey=fields["grey"],
                digest=fields["digest"],
            )
        case "picture":
            (image,) = parts
            return Picture(image, width=fields["width"], height=fields["height"], count=fields["count"])
        case "refused":
            excess = Excess(fields["excess"]) if fields["excess"] else None
            return Refused(RefusalReason(fields["reason"]), ContentType(fields["content_type"]), excess)
        case _:
            raise ContractError("a response of an unknown sort")
