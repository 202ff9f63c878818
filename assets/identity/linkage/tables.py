"""Two tables of any origin, made ready for linkage by a column mapping.

A mapping is a YAML file: which column of each table is which field, of what kind, and optionally which column names a
record, how the limits differ from the usual ones, or which trained model is used. Without a model one is trained on the
two tables themselves, in the same way as any other.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from assets.identity.linkage.fields import KINDS, prepare
from assets.identity.linkage.matching import decide
from assets.identity.linkage.model import NAME, LinkageModel, LinkField, read_model
from assets.identity.linkage.scoring import score
from assets.identity.linkage.training import train
from assets.registries import sheet
from assets.registries.manifest import reasons
from warehouse.document import read_yaml, reading
from warehouse.normalise import citizen_id
from warehouse.registries import reading_rules

# Without a model, every part of a field is a blocking key, alone and together with a part of every other field. Common
# parts make blocks that are too large and left out, so that each table finds the keys that suit it.
_KEY_PARTS = {
    "name": ("sound",),
    "date": ("", "year", "month_day"),
    "number": ("", "head", "tail"),
    "text": ("start",),
    "code": ("",),
    "set": (),
}
_TAKEN = frozenset({"key", "record", "content"})  # what `prepared` calls its own columns


class MappingError(Exception):
    """The mapping does not fit the tables. The message names columns, never values."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MappedField(_Entry):
    """A field: its kind, and its column in each table where that is not the field's own name."""

    kind: str
    a: str | None = None
    b: str | None = None


class MappedKey(_Entry):
    """The columns that name a record in each table."""

    a: str
    b: str


class Mapping(_Entry):
    """What a mapping file says."""

    fields: dict[str, MappedField] = Field(min_length=2)
    key: MappedKey | None = None
    model: Path | None = None
    one_to_one: bool = True
    accept: FiniteFloat | None = None
    review: FiniteFloat | None = None
    margin: FiniteFloat | None = None

    @model_validator(mode="after")
    def _kinds_are_known(self) -> Mapping:
        for name, field in self.fields.items():
            if field.kind not in KINDS:
                raise ValueError(f"{name}: 种类应为其中之一 / kind must be one of: {', '.join(KINDS)}")
        return self

    @model_validator(mode="after")
    def _fields_can_be_named_so(self) -> Mapping:
        for name in self.fields:
            if not re.fullmatch(NAME, name):
                raise ValueError(
                    f"{name}: 字段名只用小写英文字母、数字和下划线，表中的列名写在 a、b 后面 / "
                    "a field is named in a-z, 0-9 and _; the columns of the tables stand behind a and b"
                )
            if name in _TAKEN:
                raise ValueError(f"{name}: 这个名称另有用处，请换一个 / this name is taken: choose another")
        return self

    @model_validator(mode="after")
    def _nothing_refused_is_compared(self) -> Mapping:
        """Scope, invariant 2: what is never stored is no evidence of who somebody is either."""
        for name in self.fields:
            for column in (self.column(name, "a"), self.column(name, "b")):
                if reading_rules().is_refused(column):
                    raise ValueError(
                        f"{column}: 这类内容不收集，也不得用来比对 / such content is not kept, nor may it be compared"
                    )
        return self

    def column(self, field: str, side: str) -> str:
        """The column of a field in table a or b."""
        return getattr(self.fields[field], side) or field


def read_mapping(path: Path) -> Mapping:
    """A mapping file. Raises MappingError where it is none, pydantic.ValidationError where it says what it cannot."""
    try:
        document = read_yaml(path)
    except (ValueError, yaml.YAMLError):
        document = None  # what the library says quotes the file, which may be any
    if not isinstance(document, dict):
        raise MappingError(f"{path.name} 不是 YAML 映射文件 / is no mapping in YAML")
    mapping = Mapping.model_validate(document)
    if mapping.model and not mapping.model.is_absolute():
        mapping = mapping.model_copy(update={"model": path.parent / mapping.model})
    return mapping


def read_table(path: Path) -> pl.DataFrame:
    """A file as text columns under its headings: CSV in any encoding, XLSX, XLS, DBF, HTML or Parquet.

    Raises MappingError where there is no table with headings.
    """
    if path.suffix.lower() == ".parquet":
        return _parquet(path)
    try:
        found = sheet.read(path)
    except sheet.UnreadableFileError as error:
        raise _unreadable(path, error.reason) from error
    headings = [heading or f"column {place}" for place, heading in enumerate(found.cells.select(found.columns).row(0))]
    if len(set(headings)) < len(headings):
        raise MappingError(f"{path.name}: 有两列同名 / two columns have one heading")
    rows = found.cells.select(found.columns).slice(1)
    return rows.rename(dict(zip(found.columns, (str(heading).strip() for heading in headings), strict=True)))


def _unreadable(path: Path, reason: str) -> MappingError:
    words = reasons()["files"][reason]
    return MappingError(f"{path.name}: {words['zh']} / {words['en']}")


def _parquet(path: Path) -> pl.DataFrame:
    """The columns that can be told as text; a list or a structure is none that a field could be."""
    try:
        frame = pl.read_parquet(path)
    except pl.exceptions.PolarsError:
        raise _unreadable(path, "UNREADABLE") from None
    told = {
        name: column for name, kind in frame.schema.items() if (column := name.strip()) and not _holds_no_text(kind)
    }
    return frame.select(pl.col(name).cast(pl.String).alias(column) for name, column in told.items())


def _holds_no_text(kind: pl.DataType) -> bool:
    return kind.is_nested() or kind in (pl.Binary, pl.Object)


def _require_columns(table: pl.DataFrame, wanted: list[str], side: str) -> None:
    """Raises MappingError where columns are missing.

    What there is instead is told where one of the wanted is among it: else the first row may be somebody, not headings.
    """
    missing = [column for column in wanted if column not in table.columns]
    if not missing:
        return
    lacking = f"{side.upper()}：没有这一列 / no column {'、'.join(missing)}；"
    if len(missing) < len(wanted):
        raise MappingError(f"{lacking}已有 / there are: {', '.join(table.columns)}")
    raise MappingError(
        f"{lacking}对应的列一个也没有，表头应在第一行 / "
        "none of the mapped columns is there: headings belong in the first row"
    )


def prepared(table: pl.DataFrame, mapping: Mapping, side: str) -> pl.DataFrame:
    """The mapped fields of a table, with `key`, its content, and `record`, its name.

    The key is a digest of the content, so the order of rows has no influence; equal rows are told apart by a number.
    Raises MappingError where a column is missing.
    """
    wanted = [mapping.column(field, side) for field in mapping.fields]
    named = getattr(mapping.key, side) if mapping.key else None
    _require_columns(table, [*wanted, *([named] if named else [])], side)
    fields = table.select(
        prepare(table[mapping.column(name, side)], field.kind).alias(name) for name, field in mapping.fields.items()
    )
    record = table[named] if named else pl.int_range(1, len(table) + 1, eager=True).cast(pl.String)
    frame = fields.with_columns(record.alias("record"))
    connection = duckdb.connect()
    try:
        connection.register("frame", frame.to_arrow())
        content = " || '|' || ".join(
            f"coalesce(\"{column}\", '')" for column in frame.columns if column in mapping.fields
        )
        return connection.sql(
            f"""select * exclude (content),
                    md5(content) || '-' || row_number() over (partition by content order by record) as key
                from (select *, {content} as content from frame)"""
        ).pl()
    finally:
        connection.close()


def remarks(table: pl.DataFrame, mapping: Mapping, side: str) -> list[str]:
    """What in a table makes its pairs less sure or hard to look up, in words and numbers of rows, never values."""
    counted = []
    if mapping.key:
        column = getattr(mapping.key, side)
        key = table[column]
        counted.append((column, key.is_null().sum(), "没有编号，配对里也是空白 / have no key, nor have their pairs"))
        repeated = (key.is_not_null() & key.is_duplicated()).sum()
        counted.append((column, repeated, "编号不是独有的 / have a key that others have as well"))
    for name, field in mapping.fields.items():
        if field.kind == "number":
            column = mapping.column(name, side)
            lost = citizen_id.is_lossy(table[column]).sum()
            words = "号码被电子表格损坏，按空白计 / have a number that a spreadsheet destroyed: it counts as blank"
            counted.append((column, lost, words))
    return [f"{side.upper()}.{column}：{rows} 行 / rows：{words}" for column, rows, words in counted if rows]


def untrained_model(mapping: Mapping) -> LinkageModel:
    """A model of the mapping's fields, with what their kinds declare and every part of them as a blocking key."""
    parts = [
        (name, f"{name}.{piece}" if piece else name)
        for name, field in mapping.fields.items()
        for piece in _KEY_PARTS[field.kind]
    ]
    pairs = [
        (x, y) for place, (field_x, x) in enumerate(parts) for field_y, y in parts[place + 1 :] if field_x != field_y
    ]
    return LinkageModel(
        fields=tuple(LinkField(name=name, kind=field.kind, zh=name, en=name) for name, field in mapping.fields.items()),
        keys=(*((part,) for _, part in parts), *pairs),
    )


def link_tables(a: pl.DataFrame, b: pl.DataFrame, mapping: Mapping) -> tuple[pl.DataFrame, LinkageModel]:
    """Links two tables: the pairs, with decision, weight, probability and each field's level and weight; the model.

    Raises MappingError where mapping and tables do not fit, UntrainableError where there is nothing to learn from.
    """
    side_a, side_b = prepared(a, mapping, "a"), prepared(b, mapping, "b")
    if mapping.model:
        with reading(mapping.model):
            model = read_model(mapping.model)
        missing = set(model.columns) - set(mapping.fields)
        if missing:
            lacking = ", ".join(sorted(missing))
            raise MappingError(f"模型需要而映射没有的字段 / the model needs fields that are not mapped: {lacking}")
    else:
        model = train(side_a, side_b, untrained_model(mapping), "the two tables themselves")
    limits = {name: getattr(mapping, name) for name in ("accept", "review", "margin")}
    model = model.model_copy(update={name: value for name, value in limits.items() if value is not None})
    pairs = decide(score(side_a, side_b, model, least=model.least), model, one_to_one=mapping.one_to_one)
    named = (
        pairs.join(side_a.select(key_a="key", record_a="record"), on="key_a", how="left")
        .join(side_b.select(key_b="key", record_b="record"), on="key_b", how="left")
        .sort("decision", "key_a", "key_b")
    )
    detail = [name for name in named.columns if name.startswith(("level_", "weight_"))]
    return named.select("record_a", "record_b", "decision", "weight", "probability", *detail), model
