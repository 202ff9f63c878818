"""`hedui meetings`: the day's agenda and the form for its outcomes, on the terminal."""

from __future__ import annotations

import datetime as dt

from assets.meetings.workbook import LISTS, REGISTRY, write_papers
from pipelines.days import published_day
from pipelines.reading import reading_private
from pipelines.screen import screen
from warehouse.catalogue import catalogue
from warehouse.home import Home


def write_and_show(home: Home, day: dt.date | None) -> int:
    """Writes the papers of a day, or of the newest, and says where they are and where the form goes."""
    wanted = published_day(home, day)
    with reading_private(home) as connection:
        papers = write_papers(home, catalogue(home.site), connection, wanted)
    console = screen()
    for name, title in LISTS.items():
        console.print(f"  {title}: {papers.points[name]}")
    console.print(f"✓ {papers.agenda}", soft_wrap=True)
    console.print(f"  填好后放入 / when filled in, put into {home.inbox / REGISTRY}: {papers.form}", soft_wrap=True)
    return 0
