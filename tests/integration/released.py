"""Everything that leaves the office on a day, as the day writes it: board, tables, disclosure, postings and mail."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

from assets.benefits.posting import write_postings
from assets.board.figures import read_board
from assets.board.write import PAGE, WORKBOOK, board_folder, write_board
from assets.fees.disclosure import write_disclosure
from assets.mail.message import compose
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home

_AT_FIVE = dt.time(17, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def released(home: Home, day: dt.date) -> dict[str, bytes]:
    """Every file that leaves the office, by path, and each part of the mail as `mail/<number>`."""
    write_board(home, catalogue(), day)
    with connect(home.published_database, read_only=True) as connection:
        write_disclosure(home, connection)
    if home.private_database.exists():
        with connect(home.private_database, read_only=True) as connection:
            write_postings(home, connection)
    folder = board_folder(home, day)
    mail = compose(
        read_board(home.published_database, day),
        ("镇", "town"),
        "board@example.test",
        "leader@example.test",
        [folder / PAGE, folder / WORKBOOK],
        dt.datetime.combine(day, _AT_FIVE),
        synthetic=True,
        late=False,
    )
    files = [
        path for top in (folder, home.disclosure, home.postings) for path in sorted(top.rglob("*")) if path.is_file()
    ]
    parts = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    headers = "\n".join(f"{name}: {value}" for name, value in mail.items() if name != "Content-Type").encode()
    return {path.relative_to(home.path).as_posix(): path.read_bytes() for path in files} | {
        f"mail/{number}": content for number, content in enumerate([headers, *parts])
    }


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a released CSV by heading."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def write_out(files: dict[str, bytes], folder: Path) -> Path:
    """The files under another folder, where a search may look at nothing else."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
