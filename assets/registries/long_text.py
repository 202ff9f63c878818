"""Taking a text file in pieces of whole rows, so that a province's extract needs no more memory than a town's.

Belongs here: telling a text's encoding, and cutting it. Where a row ends is told by text_rows.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BLOCK = 1 << 20  # bytes


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
