"""`hedui worklists` and `hedui returns`: lists out, answers in, on the terminal."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.reading import reading_private
from pipelines.refusal import NOTHING_RUN, WRONG_USAGE, RefusedError, require_files
from pipelines.screen import screen
from warehouse.catalogue import catalogue
from warehouse.clock import today
from warehouse.forms import read_form
from warehouse.home import Home
from warehouse.parameters import read_place
from warehouse.passwords import password_in

if TYPE_CHECKING:
    from assets.cases.lists import WrittenList
    from assets.cases.return_landing import ReturnReport


def _password(path: Path | None) -> str | None:
    """The first line of the password file. Raises RefusedError."""
    if path is None:
        return None
    try:
        password = password_in(path)
    except (OSError, UnicodeError):
        raise RefusedError(f"密码文件读不出 / the password file cannot be read: {path}", WRONG_USAGE) from None
    if not password:
        raise RefusedError(f"密码文件是空的 / the password file is empty: {path}", WRONG_USAGE)
    return password


def hand_over(
    home: Home, village: str | None, password_file: Path | None, handed_on: dt.date | None, *, recheck: bool
) -> tuple[dt.date, list[WrittenList]]:
    """Writes the newest day's lists, or the round's draw of re-checks, and records them as handed over.

    Returns the day they are of, and each. Raises RefusedError.
    """
    from assets.cases import lists

    home.prepare()
    password = _password(password_file)
    try:
        with reading_private(home) as connection:
            writer = lists.writer(
                home, catalogue(home.site), connection, handed_on or today(), dt.datetime.now(dt.UTC), password
            )
            if handed_on and handed_on < writer.list_date:
                day = writer.list_date
                words = f"下发日期不能早于最新统计日 {day} / lists of {day} cannot be handed over before that day"
                raise RefusedError(words, WRONG_USAGE)
            if recheck:
                drawn = lists.write_recheck(writer, connection)
                return writer.list_date, [drawn] if drawn else []
            return writer.list_date, lists.write_lists(writer, connection, village)
    except lists.UnknownVillageError as error:
        raise RefusedError(str(error), WRONG_USAGE) from None
    except lists.NothingKeptError:
        raise RefusedError(NOTHING_RUN) from None


def as_document(list_date: dt.date, written: Iterable[WrittenList]) -> dict[str, object]:
    """Lists that were handed over, for machines."""
    rows, filled_in = [], []
    for found in written:
        rows.append(
            {"kind": found.kind, "recipient": found.recipient, "village_code": found.village_code, "cases": found.cases}
        )
        filled_in += [str(found.filled_in)] if found.filled_in else []
    return {"list_date": list_date.isoformat(), "lists": rows, "filled_in": filled_in}


def write_worklists(
    home: Home,
    village: str | None,
    password_file: Path | None,
    handed_on: dt.date | None,
    *,
    recheck: bool,
    as_json: bool,
) -> int:
    """Hands lists over, and says which."""
    list_date, written = hand_over(home, village, password_file, handed_on, recheck=recheck)
    if as_json:
        print(json.dumps(as_document(list_date, written)))  # noqa: T201 - the output
        return 0
    console = screen()
    titles = {**{name: kind.zh for name, kind in read_form().kinds.items()}, "notice": "迁入迁出通报"}
    for kind, title in titles.items():
        found = [entry for entry in written if entry.kind == kind]
        if found:
            console.print(
                f"✓ {title}：{len(found)} 份，{sum(entry.cases for entry in found):,} 件 / "
                f"{len(found)} lists of kind {kind}"
            )
    if not written:
        console.print(f"✓ {list_date} 没有要下发的 / nothing of {list_date} is to be handed over")
        return 0
    console.print(f"  → {home.worklists / list_date.isoformat()}")
    for kept in (entry.filled_in for entry in written if entry.filled_in):
        console.print(
            f"! 原处的清单已填有答复，改名留存，没有覆盖；请用 hedui returns 交回 / a list there was filled in, and is "
            f"kept under another name: hand it in with `hedui returns`\n  → {kept}",
            markup=False,
            soft_wrap=True,
        )
    return 0


def _not_taken(report: ReturnReport) -> dict[str, object]:
    """Workbooks that were not taken though they are not new, or only not as of this day, for machines."""
    return {
        "refused_before": [manifest.file_id for manifest in report.refused_before],
        "before_their_list": len(report.early),
    }


def load_returns(
    home: Home, files: list[Path], password_file: Path | None, received_on: dt.date | None, *, as_json: bool
) -> int:
    """Lands returned workbooks: those named, or everything in returns/. 3 where something was not accepted."""
    from assets.cases.return_landing import QUARANTINED, land_returns, waiting
    from pipelines.returned_words import in_words

    require_files(*files)
    password = _password(password_file)
    home.prepare()
    day = received_on or today()
    villages = read_place(day, home.site).known_names
    report = land_returns(home, files or waiting(home), villages, received_on=day, password=password)
    # returns/ keeps what was refused: nobody wants to hear of it each time, but of the file that was asked for.
    again = report.refused_before if files or password else ()
    if as_json:
        rows = [
            {
                "file_id": manifest.file_id,
                "status": manifest.status,
                "reason": manifest.reason,
                "rows_read": manifest.rows_read,
                "rows_accepted": manifest.rows_accepted,
                "rows_rejected": manifest.rows_rejected,
                "rows_skipped": manifest.rows_skipped,
            }
            for manifest in report.new
        ]
        print(json.dumps({"new": rows, "recognised": report.recognised, **_not_taken(report)}))  # noqa: T201 - the output
    else:
        console = screen()
        for line in in_words(home, (*report.new, *again)):
            console.print(line, markup=False, soft_wrap=line.startswith(" "))
        for name, handed_on in report.early:
            console.print(
                f"✗ {name}：交回日期 {day} 早于清单的下发日期 {handed_on}，未收；请核对 --date 和电脑的日期 / "
                f"it cannot have come back on {day}, its list went out on {handed_on}: see --date and the clock",
                markup=False,
            )
        refused = sum(manifest.status == QUARANTINED for manifest in report.new) + len(report.early)
        counted = sum(manifest.status != QUARANTINED for manifest in report.new)
        before = len(report.refused_before)
        console.print(
            f"收下 {counted} 份，退回 {refused} 份，以前交过 {report.recognised} 份"
            f"{f'（其中 {before} 份当时退回）' if before else ''}"
            f"{'；收下的下次 hedui run 入账，当天没有提取的等到有提取的那天' if counted else ''} / "
            f"{counted} taken, {refused} refused, {report.recognised} handed in before"
            f"{f' ({before} of them refused)' if before else ''}"
            f"{'; what was taken counts from the next run of a day with extracts' if counted else ''}"
        )
    return 3 if report.something_rejected or again else 0
