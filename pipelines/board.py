"""`hedui board`: a day's board written again, on the terminal."""

from __future__ import annotations

import datetime as dt

from assets.board.figures import NothingPublishedError
from assets.board.files import NoBrowserError
from assets.board.write import write_board, write_pdf
from pipelines.days import published_day
from pipelines.refusal import RefusedError
from pipelines.screen import screen
from warehouse.catalogue import catalogue
from warehouse.home import Home


def write_and_show(home: Home, day: dt.date | None, *, pdf: bool) -> int:
    """Writes the board of a day, or of the newest, and says where it is."""
    wanted = published_day(home, day)
    try:
        written = write_board(home, catalogue(home.site), wanted)
        printed = [write_pdf(home, wanted)] if pdf else []
    except (NothingPublishedError, NoBrowserError) as error:
        raise RefusedError(str(error)) from None
    for path in (written.page, *printed):
        screen().print(f"✓ {path}", soft_wrap=True)
    return 0
