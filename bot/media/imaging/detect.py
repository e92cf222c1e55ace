"""The type of bytes by their content: magic numbers, checked from the surest to the vaguest."""

from bot.media_contract import ContentType

HEAD_BYTES = 4_096

_MAGIC: tuple[tuple[bytes, ContentType], ...] = (
    (b"\xff\xd8\xff", ContentType.JPEG),
    (b"\x89PNG\r\n\x1a\n", ContentType.PNG),
    (b"GIF87a", ContentType.GIF),
    (b"GIF89a", ContentType.GIF),
    (b"II*\x00", ContentType.TIFF),
    (b"MM\x00*", ContentType.TIFF),
    (b"II+\x00", ContentType.TIFF),
    (b"MM\x00+", ContentType.TIFF),
    (b"%PDF-", ContentType.PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ContentType.OFFICE),
    (b"{\\rtf", ContentType.OFFICE),
    (b"Rar!\x1a\x07", ContentType.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ContentType.ARCHIVE),
    (b"\x1f\x8b", ContentType.ARCHIVE),
    (b"BZh", ContentType.ARCHIVE),
    (b"\xfd7zXZ\x00", ContentType.ARCHIVE),
    (b"\x1aE\xdf\xa3", ContentType.VIDEO),
    (b"\x00\x00\x01\xba", ContentType.VIDEO),
    (b"FLV\x01", ContentType.VIDEO),
    (b"OggS", ContentType.AUDIO),
    (b"ID3", ContentType.AUDIO),
    (b"#!AMR", ContentType.AUDIO),
    (b"fLaC", ContentType.AUDIO),
)
_RIFF_FORMS = {b"WEBP": ContentType.WEBP, b"AVI ": ContentType.VIDEO, b"WAVE": ContentType.AUDIO}
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
_OFFICE_NAMES = (b"[Content_Types].xml", b"word/", b"xl/", b"ppt/", b"mimetypeapplication/vnd.oasis")
# Groups that open a data set without a preamble: file meta, or identification after a lost meta header.
_DICOM_GROUPS = (b"\x02\x00", b"\x08\x00")
_DICOM_VRS = frozenset({b"UL", b"OB", b"UI", b"CS", b"DA", b"TM", b"LO", b"SH", b"PN", b"SQ", b"DT", b"ST"})


def content_type(data: bytes) -> ContentType:
    head = data[:HEAD_BYTES]
    if head[128:132] == b"DICM":  # first: a preamble may disguise itself as anything (PS3.10 7.1)
        return ContentType.DICOM
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    return _container_type(head) or _vague_type(head)


def _container_type(head: bytes) -> ContentType | None:
    if head.startswith(b"RIFF"):
        return _RIFF_FORMS.get(head[8:12], ContentType.UNKNOWN)
    if head[4:8] == b"ftyp":
        return _ftyp_type(head)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return ContentType.OFFICE if any(name in head for name in _OFFICE_NAMES) else ContentType.ZIP
    if head[257:262] == b"ustar":
        return ContentType.ARCHIVE
    return None


def _ftyp_type(head: bytes) -> ContentType:
    brands = {head[8:12], *(head[start : start + 4] for start in range(16, 48, 4))}
    if brands & _AVIF_BRANDS:
        return ContentType.AVIF
    if brands & _HEIF_BRANDS:
        return ContentType.HEIC
    return ContentType.AUDIO if head[8:12] in _AUDIO_BRANDS else ContentType.VIDEO


def _vague_type(head: bytes) -> ContentType:
    if head[:2] in _DICOM_GROUPS and head[4:6] in _DICOM_VRS:
        return ContentType.DICOM
    if head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00":
        return ContentType.BMP
    return ContentType.TEXT if _reads_as_text(head) else ContentType.UNKNOWN


def _reads_as_text(head: bytes) -> bool:
    # The cut at HEAD_BYTES may fall inside a character: only a bad byte before the last four counts.
    text = head.decode("utf-8", errors="replace").rstrip("\ufffd" if len(head) == HEAD_BYTES else "")
    return (
        bool(text)
        and "\ufffd" not in text
        and all(sign.isprintable() or sign in "\t\r\n\f\ufeff" for sign in text)
    )
