"""The rows of a DBF file, every value under its own field name even where two names are equal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assets.registries.unreadable import UnreadableFileError

_KEPT_OR_DELETED = b" *"  # the first byte of a record


def dbf_rows(path: Path, content: bytes) -> list[list[Any]]:
    """Field names and records. Raises UnreadableFileError: INCOMPLETE where the file holds fewer than it says."""
    from dbfread import DBF, DBFNotFound

    try:
        # Without a factory a record is a list of pairs: names cut to ten bytes may be equal.
        table = DBF(
            str(path),
            encoding="gb18030",
            char_decode_errors="replace",
            ignore_missing_memofile=True,
            recfactory=None,
        )
        _check_whole(content, table)
        return [list(table.field_names), *([value for _, value in record] for record in table)]
    except DBFNotFound as error:
        raise UnreadableFileError("UNREADABLE") from error


def _check_whole(content: bytes, table: Any) -> None:
    header = table.header
    if header.recordlen != 1 + sum(field.length for field in table.fields):
        raise UnreadableFileError("UNREADABLE")
    end = header.headerlen + header.numrecords * header.recordlen
    marks = content[header.headerlen : end : header.recordlen]
    if end > len(content) or marks.strip(_KEPT_OR_DELETED):
        raise UnreadableFileError("INCOMPLETE")
