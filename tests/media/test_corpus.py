"""Every file of the outside corpus through a real child; skipped without SCANRELAY_TEST_CORPUS."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.media.imaging.detect import content_type
from bot.media_client import ChildLimits, MediaClient
from bot.media_contract import ContentType, Prepared, RefusalReason, Refused

CORPUS = os.environ.get("SCANRELAY_TEST_CORPUS")  # noqa: TID251  where outside data is told
pytestmark = pytest.mark.skipif(CORPUS is None, reason="no SCANRELAY_TEST_CORPUS: hostile and real pictures")
FAULTS = {RefusalReason.CRASHED, RefusalReason.TIMEOUT, RefusalReason.OUT_OF_MEMORY}


def files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in Path(CORPUS or "").glob(f"{folder}/**/*")]
    return sorted(path for path in found if path.is_file() and path.suffix != ".md")


async def test_every_hostile_file_has_an_answer_within_time_and_memory() -> None:
    async with MediaClient(timeout_seconds=10, limits=ChildLimits(memory_bytes=512 << 20)) as client:
        for path in files("hostile"):
            async with asyncio.timeout(10):
                result = await client.prepare(path.read_bytes())
            assert isinstance(result, Prepared) or result.reason not in FAULTS, path.name


async def test_every_real_picture_fills_its_preview_and_is_never_over() -> None:
    async with MediaClient() as client:
        for path in files("images/photo", "images/xray"):
            result = await client.prepare(path.read_bytes())
            assert isinstance(result, Prepared), path.name
            assert 0.93 * 40_960 <= len(result.preview) <= 40_960, path.name


async def test_dicom_files_are_named_as_such_until_they_can_be_read() -> None:
    async with MediaClient() as client:
        for path in files("images/dicom"):
            refusal = Refused(RefusalReason.TYPE_NOT_SUPPORTED, ContentType.DICOM)
            assert await client.prepare(path.read_bytes()) == refusal, path.name


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("dicom/preamble_*.dcm", ContentType.DICOM),
        ("dicom/no_preamble.dcm", ContentType.DICOM),
        ("archive/traversal.zip", ContentType.ZIP),
        ("archive/*.rar", ContentType.ARCHIVE),
        ("document/*.pdf", ContentType.PDF),
        ("document/*.docx", ContentType.OFFICE),
        ("video/*.mp4", ContentType.VIDEO),
        ("fuzz/heif_colors*.heic", ContentType.HEIC),
    ],
)
def test_type_is_told_by_content(pattern: str, expected: ContentType) -> None:
    heads = [path.read_bytes() for path in Path(CORPUS or "", "hostile").glob(pattern)]
    assert heads
    assert {content_type(head) for head in heads} == {expected}
