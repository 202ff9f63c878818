"""Whether an OLE file (.xls, or a workbook with a password) is a whole workbook.

A copy that broke off, or that was given its full size before its content, still opens: readers find rows up to the
break, or none, and say nothing. Belongs here: is it all there. What its cells hold is for the library that reads it.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from assets.registries.unreadable import UnreadableFileError

_STREAMS = ("Workbook", "Book")  # of Excel 97 and later, of Excel 5 and 95
# Types of records, [MS-XLS] 2.4.21, 2.4.103, 2.4.117 and 2.4.28; begin and end may lie within one another.
_BEGIN, _END, _PASSWORD, _SHEET = (
    int.from_bytes(code) for code in (b"\x08\x09", b"\x00\x0a", b"\x00\x2f", b"\x00\x85")
)
_WORKSHEET = 0


def check_whole(content: bytes) -> None:
    """Raises UnreadableFileError where a password is needed or something is missing."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(content)) as container:
        if container.exists("EncryptedPackage"):
            raise UnreadableFileError("ENCRYPTED")
        for name in _STREAMS:
            if container.exists(name):
                size = container.get_size(name)
                if size > len(content):  # told before it is read: sectors that follow one another in a ring have no end
                    raise UnreadableFileError("UNREADABLE")
                stream = container.openstream(name).read()
                if len(stream) < size:
                    raise UnreadableFileError("UNREADABLE")
                _check_records(stream)
                return
    raise UnreadableFileError("UNREADABLE")


def _check_records(stream: bytes) -> None:
    sheets = []
    for kind, place in _records(stream, 0):
        if kind == _PASSWORD:
            raise UnreadableFileError("ENCRYPTED")
        if kind == _SHEET:
            begin, _, what = struct.unpack_from("<IBB", stream, place)
            if what == _WORKSHEET:
                sheets.append(begin)
    for begin in sheets:
        for _ in _records(stream, begin):
            pass


def _records(stream: bytes, place: int) -> Iterator[tuple[int, int]]:
    """The kind of every record from a beginning to its end, and where its content begins."""
    depth = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        depth += (kind == _BEGIN) - (kind == _END)
        if not kind or (not depth and kind != _END) or place + 4 + length > len(stream):
            break
        yield kind, place + 4
        if not depth:
            return
        place += 4 + length
    raise UnreadableFileError("UNREADABLE")
