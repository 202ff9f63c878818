"""Taking a text file in pieces of whole rows, so that a province's extract needs no more memory than a town's.

Belongs here: telling a text's encoding, and cutting between rows. What the rows say is the sheet's business.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BLOCK = 1 << 20  # bytes
_LONGEST_ROW = 64 << 20  # characters: a quote that stays open for longer is damage, and costs the rows around it


def encoding_of(blocks: Iterable[bytes]) -> str:
    """UTF-16 by its mark, UTF-8 with or without one, else GB18030."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for number, block in enumerate(blocks):
            if not number and block.startswith(UTF_16_MARKS):
                return "utf-16"
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def errors_of(encoding: str) -> str:
    """Undecodable bytes of GB18030 become U+FFFD and cost their rows; the other encodings were told by their bytes."""
    return "replace" if encoding == "gb18030" else "strict"


def _blocks(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(size):
            yield block


def _end_of_rows(text: str) -> int:
    """How many characters are whole rows: up to the last line end that is not inside quotes; 0 where none is sure."""
    for before in (len(text), text.rfind('"')):
        place = text.rfind("\n", 0, before) if before >= 0 else -1
        if place >= 0 and text.count('"', 0, place) % 2 == 0:
            return place + 1
    return text.rfind("\n") + 1 if len(text) > _LONGEST_ROW else 0


def pieces(path: Path, size: int) -> Iterator[str]:
    """The text of a file in pieces of whole rows, each of some `size` bytes. Raises UnicodeDecodeError.

    A row that goes on over the end of a piece belongs to the next one; quotes left open make a piece longer.
    Cost: the file is read twice, once for its encoding.
    """
    encoding = encoding_of(_blocks(path, _BLOCK))
    decoder = codecs.getincrementaldecoder(encoding)(errors_of(encoding))
    rest = ""
    for block in _blocks(path, size):
        text = rest + decoder.decode(block)
        end = _end_of_rows(text)
        rest = text[end:]
        if end:
            yield text[:end]
    if rest := rest + decoder.decode(b"", final=True):
        yield rest
