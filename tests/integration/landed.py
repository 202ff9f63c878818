"""Landing what lies in a home's inbox, and looking at what became of it."""

from __future__ import annotations

import polars as pl

from assets.registries.landing import LandingReport, land_inbox
from assets.registries.manifest import Manifest, landed_rows
from warehouse.catalogue import catalogue
from warehouse.home import Home


def land(home: Home) -> LandingReport:
    return land_inbox(home, catalogue().layouts)


def rows_of(home: Home, manifest: Manifest, kind: str = "rows") -> pl.DataFrame:
    return pl.read_parquet(landed_rows(home, manifest, kind))


def only(report: LandingReport) -> Manifest:
    assert len(report.new) == 1
    return report.new[0]


def conserve(manifest: Manifest) -> None:
    assert manifest.rows_read == manifest.rows_accepted + manifest.rows_rejected


def stored_copies(home: Home, text: str) -> list:
    """Files under the home, but for the inbox, in which a text stands, in Parquet cells or in bytes."""
    found = []
    for file in home.path.rglob("*"):
        if not file.is_file() or home.inbox in file.parents:
            continue
        if file.suffix == ".parquet":
            frame = pl.read_parquet(file)
            cells = [value for column in frame.get_columns() for value in column.cast(pl.String).to_list()]
            if any(text in (cell or "") for cell in cells) or text in str(frame.columns):
                found.append(file)
        elif text.encode() in file.read_bytes():
            found.append(file)
    return found
