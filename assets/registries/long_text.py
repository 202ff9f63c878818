"""Taking a text file in pieces of whole rows, so that a province's extract needs no more memory than a town's.

Belongs here: telling a text's encoding, and cutting it. Where a row ends is told by text_rows.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BLOCK = 1 << 20  # bytes
_UNDECODABLE = 8  # times as many bytes must belong to characters beyond ASCII, but for the first of each


def encoding_of(blocks: Iterable[bytes]) -> str:
    """UTF-16 or UTF-8 by its mark, UTF-8 without one where all but few of its bytes are, else GB18030.

    A character cut in half must cost its row, not the file; GB18030 read as UTF-8 is mostly undecodable.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    read = decoded = characters = 0
    for block in blocks:
        if not read and block.startswith(UTF_16_MARKS):
            return "utf-16"
        if not read and block.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        text = decoder.decode(block)
        read, decoded, characters = read + len(block), decoded + len(text.encode()), characters + len(text)
    is_utf_8 = (read - decoded) * _UNDECODABLE <= decoded - characters
    return "utf-8-sig" if is_utf_8 else "gb18030"


def errors_of(encoding: str) -> str:
    """Undecodable bytes become U+FFFD and cost their rows; UTF-16 that does not decode is no text."""
    return "strict" if encoding == "utf-16" else "replace"


def _blocks(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(size):
            yield block


def pieces(path: Path, size: int, whole_rows: Callable[[str], int]) -> Iterator[str]:
    """The text of a file in pieces of whole rows, each of some `size` bytes. Raises UnicodeDecodeError.

    whole_rows: how many characters of a text that goes on are whole rows. A row that goes on over the end of a piece
    belongs to the next one. Cost: the file is read twice, once for its encoding.
    """
    encoding = encoding_of(_blocks(path, _BLOCK))
    decoder = codecs.getincrementaldecoder(encoding)(errors_of(encoding))
    rest = ""
    for block in _blocks(path, size):
        text = rest + decoder.decode(block)
        end = whole_rows(text)
        rest = text[end:]
        if end:
            yield text[:end]
    if rest := rest + decoder.decode(b"", final=True):
        yield rest
