"""The parts of an Office file: the text of each that can be read, and the names of the others.

A file carries more than its page shows: caches of pivot tables, charts and linked workbooks hold whole lists, and other
files lie inside whole. So a part is read as XML, or is one of those named here as harmless, or is unchecked.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree, html

_XML = (".xml", ".vml", ".rels")
# What a printer was told about paper and trays, and the shapes of letters: Office and WPS write them by themselves.
_HARMLESS = re.compile(r"xl/printerSettings/printerSettings\d+\.bin|word/fonts/font\d+\.odttf")
_SHOWN_ATTRIBUTES = {
    "formatCode", "Target", "tooltip", "display", "prompt", "promptTitle", "error", "errorTitle", "name", "descr",
    "title", "alt", "author", "comment", "subject", "refersTo", "val", "initials", "v", "caption", "value",
    "displayText", "lastValue", "string", "instr", "connection", "command", "sourceFile", "displayName",
}  # fmt: skip
# Numbers by which a program tells fonts, revisions and lists apart, and where a note is drawn: nothing of the content.
_TECHNICAL = {"panose1", "rsid", "rsidroot", "nsid", "tmpl", "docid", "anchor"}
_CHECKSUM, _CHECKSUM_PROPERTY = re.compile(r"[0-9A-F]{32}(?:_\d+)?"), "ICV"  # that WPS gives every file
_WHOLE = {"p", "comment", "si", "is"}  # read as one text, however many runs it is made of
_OUTWARD = ("http", "mailto", "tel", "file")
_FRACTION = re.compile(r"(-?\d+\.\d{6})\d+")


def quantity(text: str) -> str:
    """A number with a long fraction, cut: its digits are those of a division, not of an account."""
    match = _FRACTION.fullmatch(text)
    return match[1] if match else text


def _root(part: str, content: bytes) -> etree._Element:
    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, huge_tree=True, no_network=True))
    except etree.XMLSyntaxError:
        if not part.endswith(".vml"):
            raise
        # Office writes unclosed <br> into its own drawings.
        return html.fromstring(content, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))


def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2]


def _is_read_whole(element: etree._Element) -> bool:
    return any(_local(above.tag) in _WHOLE for above in element.iterancestors() if isinstance(above.tag, str))


def _is_checksum(element: etree._Element) -> bool:
    above = element.getparent()
    named = above is not None and above.get("name") == _CHECKSUM_PROPERTY
    return named and bool(_CHECKSUM.fullmatch(element.text or ""))


def _own_text(part: str, element: etree._Element, tag: str) -> Iterator[tuple[str, str]]:
    if tag in _WHOLE:
        yield part, "".join(text.strip("\n") for text in element.itertext())
    elif tag == "f":
        # A formula may put a number together that no cell shows.
        yield f"{part} formula", re.sub(r"[\"&(),=+\s]|CONCATENATE|CONCAT|TEXT|TEXTJOIN", "", element.text or "")
    elif element.text and not (tag == "t" and _is_read_whole(element)) and not _is_checksum(element):
        yield part, quantity(element.text)


def texts(part: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Text and telling attributes of an XML part: paragraphs whole, other elements one by one.

    Raises XMLSyntaxError where it is no XML.
    """
    for element in _root(part, content).iter():
        if not isinstance(element.tag, str):
            yield part, str(element.text or "")
        elif (tag := _local(element.tag)).lower() not in _TECHNICAL:
            for name, value in element.attrib.items():
                if _local(str(name)) in _SHOWN_ATTRIBUTES:
                    yield part, quantity(str(value))
            yield from _own_text(part, element, tag)
        if element.tail and element.tail.strip():
            yield part, element.tail


def read_parts(content: bytes) -> tuple[list[tuple[str, str]], list[str]]:
    """Pieces of text of every part, with the part's name, and the names of the parts that are unchecked.

    Cells of worksheets are read elsewhere, row by row. Raises whatever a damaged archive raises.
    """
    loose: list[tuple[str, str]] = []
    unchecked: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            part = entry.filename
            if entry.is_dir() or _HARMLESS.fullmatch(part):
                continue
            if not part.lower().endswith(_XML):
                unchecked.append(part)
                continue
            found = texts(part, archive.read(entry))
            if part.endswith(".rels"):
                # Inside the file a target is the name of another part.
                found = ((place, text) for place, text in found if text.startswith(_OUTWARD))
            loose += found
    return loose, unchecked
