"""Everything a file shows, and everything it hides from the eye but not from whoever opens it.

Hidden sheets, rows and columns, comments, headers and footers, text boxes, properties and formulas all count. What
cannot be turned into text (pictures, unknown formats, encrypted files) is listed as unchecked: such a list never
passes.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree, html

from expectations.posting.office_parts import quantity, read_parts

_ENCODINGS = ("utf-8-sig", "gb18030")
_EXACT_DIGITS = 1e15


@dataclass(frozen=True)
class Line:
    """A row of a table, or a paragraph (one cell). `place` says where, for a person who opens the file."""

    place: str
    cells: tuple[str, ...]


@dataclass
class Document:
    """Lines, loose pieces of text (comments, properties, formulas) and what could not be checked, with their places."""

    lines: list[Line] = field(default_factory=list)
    loose: list[tuple[str, str]] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)


def _cell_text(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float):
        if abs(value) >= _EXACT_DIGITS:
            return f"{value:.0f}"
        return str(int(value)) if value.is_integer() else quantity(repr(value))
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%Y-%m-%d}"
    return str(value)


def _decode(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content:
        return None
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _read_text(content: bytes, found: Document) -> None:
    text = _decode(content)
    if text is None:
        found.unchecked.append("file")
        return
    head = "\n".join(text.splitlines()[:50])
    delimiter = max(",\t;|", key=head.count)
    for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
        found.lines.append(Line(f"line {number}", tuple(cells)))


def _read_html(content: bytes, found: Document) -> None:
    text = _decode(content)
    if text is None:
        found.unchecked.append("file")
        return
    tree = html.fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    for number, row in enumerate(tree.iter("tr"), start=1):
        found.lines.append(Line(f"row {number}", tuple(cell.text_content() for cell in row.xpath("./td|./th"))))
    for element in tree.iter():
        if isinstance(element, etree._Comment):
            found.loose.append(("comment", element.text or ""))
            continue
        if element.tag in ("img", "svg", "object", "embed", "iframe", "canvas", "video"):
            found.unchecked.append(f"<{element.tag}>")
        found.loose += [(f"<{element.tag}>", str(value)) for name, value in element.attrib.items() if name != "style"]
        if element.tag not in ("td", "th", "tr", "table", "tbody", "thead", "html", "body", "style"):
            found.loose.append((f"<{element.tag}>", element.text_content()))
        elif element.tag != "style":
            found.loose.append((f"<{element.tag}>", element.text or ""))
        found.loose.append((f"after <{element.tag}>", element.tail or ""))


def _read_cells(content: bytes, found: Document) -> None:
    """Cells of every sheet, hidden ones too."""
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for place, name in enumerate(workbook.sheet_names):
        found.loose.append((f"sheet {place + 1}", name))
        rows = workbook.get_sheet_by_index(place).to_python(skip_empty_area=False)
        for number, row in enumerate(rows, start=1):
            found.lines.append(Line(f"sheet {place + 1} row {number}", tuple(_cell_text(value) for value in row)))


def _read_archive(content: bytes, found: Document) -> None:
    loose, unchecked = read_parts(content)
    found.loose += loose
    found.unchecked += unchecked


def _read_word_tables(content: bytes, found: Document) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        document = archive.read("word/document.xml")
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, huge_tree=True))
    for number, row in enumerate(root.iter("{*}tr"), start=1):
        cells = tuple("".join(cell.itertext()) for cell in row.findall("{*}tc"))
        found.lines.append(Line(f"row {number}", cells))


def _read_old_workbook(content: bytes, found: Document) -> None:
    """A BIFF workbook: its cells, and the bytes themselves in both encodings, where comments and drawings lie."""
    _read_cells(content, found)
    for encoding, start in (("latin-1", 0), ("utf-16-le", 0), ("utf-16-le", 1)):
        text = content[start:].decode(encoding, errors="replace")
        found.loose += [("stored text", piece) for piece in re.findall(r"[1-9]\d{16}[\dXx]|1[3-9]\d{9}", text)]


def read(path: Path) -> Document:
    """Everything in a file. A file that cannot be read is unchecked as a whole."""
    found = Document(loose=[("file name", path.stem)])
    content = path.read_bytes()
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    try:
        if content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                _read_cells(content, found)
                _read_archive(content, found)
            elif "word/document.xml" in names:
                _read_archive(content, found)
                _read_word_tables(content, found)
            else:
                found.unchecked.append("file")
        elif content.startswith(b"\xd0\xcf\x11\xe0"):
            _read_old_workbook(content, found)
        elif start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta", b"<head")):
            _read_html(content, found)
        elif content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"GIF8", b"Rar!", b"7z")):
            found.unchecked.append("file")
        else:
            _read_text(content, found)
    except Exception:  # a damaged file fails its reader in many ways; none of them may pass it
        found.unchecked.append("file")
    return found
