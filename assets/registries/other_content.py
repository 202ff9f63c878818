"""What people hand in instead of a table: archives, pictures and letters, told by their content as tables are.

Belongs here: only what is surely something else, so that whoever sent it hears what to do. What is a table and damaged
is the readers' business.
"""

from __future__ import annotations

import io
import zipfile

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF87a", b"GIF89a", b"%PDF-", b"II*\x00", b"MM\x00*")
_HEIC = b"ftyp"  # after four bytes that say how long it is
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08")
_ZIP = b"PK\x03\x04"
_WORKBOOK_PARTS, _LETTER_PARTS = ("xl/", "content.xml", "mimetype"), ("word/", "ppt/")


def _zipped(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return None  # damaged, which its reader says
    if any(name.startswith(_WORKBOOK_PARTS) for name in names):
        return None
    return "LETTER" if any(name.startswith(_LETTER_PARTS) for name in names) else "ARCHIVE"


def other_content(content: bytes) -> str | None:
    """The code of what a file is that is surely no table; else null."""
    if content.startswith(_ZIP):
        return _zipped(content)
    if content.startswith(_PICTURES) or content[4:8] == _HEIC:
        return "PICTURE"
    return "ARCHIVE" if content.startswith(_ARCHIVES) else None
