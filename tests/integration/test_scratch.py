"""What is written for a moment holds identified rows: it stays inside the private side of the home, and goes."""

import tempfile

import pytest

from assets.identity.linkage.scoring import open_linkage
from assets.replay import replay
from pipelines.open_warehouse import open_warehouse
from tests.integration.days import DAY_1, small_home
from tests.integration.whole_day import kept_day
from warehouse.catalogue import catalogue


def test_nothing_is_written_where_the_machine_keeps_temporary_files(tmp_path, monkeypatch):
    home = small_home(tmp_path / "home")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    kept_day(home, DAY_1)
    assert replay(home, catalogue(), DAY_1).identical
    assert list(home.scratch.iterdir()) == []
    assert home.scratch.stat().st_mode & 0o077 == 0


def test_what_a_killed_process_left_goes_with_the_next_run(tmp_path):
    home = small_home(tmp_path / "home")
    home.prepare()
    left = home.scratch / "hedui-replay-killed"
    left.mkdir()
    (left / "scratch.duckdb").write_text("identified")
    half = home.landed / "health_registry" / ".1f.rows.parquet.77.tmp"
    half.parent.mkdir()
    half.write_bytes(b"identified")
    with open_warehouse(home):
        pass
    assert list(home.scratch.iterdir()) == []
    assert not half.exists()


def test_the_linkage_goes_where_it_is_told(tmp_path):
    with pytest.raises(FileNotFoundError), open_linkage(tmp_path / "nowhere"):
        pass
    with open_linkage(tmp_path) as connection:
        [(folder,)] = connection.execute("select current_setting('temp_directory')").fetchall()
    assert folder.startswith(str(tmp_path))
