"""A password in a file, however a text editor saved it."""

from __future__ import annotations

import codecs
from pathlib import Path

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def password_in(path: Path) -> str:
    """The first line of a file; blank where there is none. A mark of the encoding is no part of it: nobody types one.

    Raises OSError where the file cannot be read, UnicodeError where it is no text.
    """
    content = path.read_bytes()
    if content.startswith(_UTF_16):
        text = content.decode("utf-16")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
    return (text.splitlines() or [""])[0].strip()
