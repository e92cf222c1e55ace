"""PNG files without ancillary chunks: text, animation and private data never reach the decoder."""

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Pixels, palette and transparency; iCCP and eXIf are read (colour, orientation) and not passed on.
KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"iCCP", b"eXIf"})
MAX_SIDE_CHUNK_BYTES = 1 << 20


def essential_chunks(data: bytes) -> bytes:
    """The same picture from the kept chunks; ends where the file does if a chunk is cut off."""
    view, kept, offset = memoryview(data), [SIGNATURE], len(SIGNATURE)
    while offset + 8 <= len(view):
        name = bytes(view[offset + 4 : offset + 8])
        end = offset + 12 + int.from_bytes(view[offset : offset + 4])
        if name in KEPT and (name == b"IDAT" or end - offset <= MAX_SIDE_CHUNK_BYTES):
            kept.append(bytes(view[offset:end]))
        if name == b"IEND":
            break
        offset = end
    return b"".join(kept)
