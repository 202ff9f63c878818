"""Table contracts: reading and checking the YAML files of this folder.

The contract is the single source of a table's DDL and comments, of Dagster's column schema, of the skeleton of its
expectations, of its page in the data dictionary and of the decision whether it may be published.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, model_validator

from warehouse.document import read_yaml, reading
from warehouse.registries import Layout

FOLDER = Path(__file__).parent
ELEMENTS_FILE = "elements.yaml"

SqlType = Literal["VARCHAR", "DATE", "INTEGER", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMP", "DECIMAL(14,2)"]
# none: says nothing of a person · pseudonym: stands for a person inside the house only · identifying: names, ids,
# addresses, dates of birth · free_text: may contain anything a person typed
PiiClass = Literal["none", "pseudonym", "identifying", "free_text"]
Layer = Literal[
    "reference",
    "raw",
    "staging",
    "identity",
    "reconciliation",
    "cases",
    "indicators",
    "ranking",
    "release",
    "meetings",
    "benefits",
    "fees",
    "services",
    "publication",
]
LAYERS: tuple[str, ...] = get_args(Layer)  # in the order in which data flows
Audience = Literal["public", "internal"]
# day: rebuilt for each day · latest: the newest day's content is kept · partition: rows of each as_of are kept
Keep = Literal["day", "latest", "partition"]

COLUMN_OF_LAYOUT_TYPE: dict[str, SqlType] = {"date": "DATE", "integer": "INTEGER", "money": "DECIMAL(14,2)"}


class Element(BaseModel):
    """A column: its type, its meaning in both languages, its unit and codes, and how personal it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    type: SqlType = "VARCHAR"
    zh: str
    en: str
    unit: str | None = None
    codes: dict[str, str] | None = None
    pii: PiiClass = "none"
    required: bool = False
    publish_as: str | None = None  # SQL that replaces the value when the table is published

    def comment(self) -> str:
        """The column comment of the DDL: Chinese first."""
        unit = f" [{self.unit}]" if self.unit else ""
        return f"{self.zh} / {self.en}{unit}"


class Contract(BaseModel):
    """A table: what one row is, what identifies it, its columns, and who may see it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    layer: Layer
    zh: str
    en: str
    grain_zh: str
    grain_en: str
    key: tuple[str, ...]
    owner: str
    columns: tuple[Element, ...]
    reads: tuple[str, ...] | None = None  # a table that code computes, not a model: the tables it is computed from
    stored: bool = True  # or worked out anew by whoever reads it: a table that only puts others together
    keep: Keep = "day"
    publish: bool = False
    audience: Audience = "internal"  # of a published table: what anybody may see, or what statisticians work with
    lag: str = "same day"
    why_differs_zh: str | None = None  # why a figure here differs from the registry's own
    why_differs_en: str | None = None
    warnings: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Contract:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.table}: a column is listed twice")
        for name in self.key:
            if name not in names:
                raise ValueError(f"{self.table}: key column {name} is not listed")
        if self.keep == "partition" and "as_of" not in names:
            raise ValueError(f"{self.table}: a table kept by day needs as_of")
        if not self.stored and (self.keep != "day" or self.publish):
            raise ValueError(f"{self.table} is kept or published and must be stored")
        if self.audience == "public" and not self.publish:
            raise ValueError(f"{self.table} is public and not published")
        if self.publish:
            for column in self.columns:
                if column.pii != "none" and column.publish_as is None:
                    raise ValueError(f"{self.table}.{column.name} is {column.pii} and cannot be published")
        return self

    def column_names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    def columns_sql(self) -> str:
        """Column names in order, quoted for SQL."""
        return ", ".join(f'"{name}"' for name in self.column_names())

    def ddl(self, schema: str, *, compressed: bool = True, name: str | None = None) -> str:
        """CREATE OR REPLACE TABLE for an empty table of this contract, if need be under another name.

        Its text is compressed on disk or left as it is.
        """
        plain = {} if compressed else {"VARCHAR": "VARCHAR using compression uncompressed"}
        columns = ",\n  ".join(f'"{column.name}" {plain.get(column.type, column.type)}' for column in self.columns)
        return f"create or replace table {schema}.{name or self.table} (\n  {columns}\n)"

    def comments(self, schema: str) -> list[str]:
        """COMMENT statements for the table and its columns."""

        def quoted(text: str) -> str:
            return "'" + text.replace("'", "''") + "'"

        statements = [f"comment on table {schema}.{self.table} is {quoted(f'{self.zh} / {self.en}')}"]
        statements += [
            f'comment on column {schema}.{self.table}."{column.name}" is {quoted(column.comment())}'
            for column in self.columns
        ]
        return statements


def _element(entry: str | dict[str, Any], elements: dict[str, dict[str, Any]]) -> Element:
    """A contract's column entry: a name from elements.yaml, or one with changes, or a definition of its own."""
    if isinstance(entry, str):
        if entry not in elements:
            raise ValueError(f"{entry}: 不是已有的列，请写明含义 / is no known column: say what it means")
        return Element(name=entry, **elements[entry])
    changes = dict(entry)
    base = elements.get(changes.pop("like", changes["name"]), {})
    return Element.model_validate({**base, **changes})


def _raw_contract(layout: Layout, elements: dict[str, dict[str, Any]]) -> Contract:
    """The contract of raw_<registry>: the layout's columns as read, each with what was written where that differs."""
    columns = [_element(name, elements) for name in ("file_id", "extract_date", "extract_mode", "row_number")]
    for name, column in layout.columns.items():
        known = elements.get(name, {"zh": column.headings[0], "en": name.replace("_", " "), "pii": "identifying"})
        columns.append(
            Element.model_validate({**known, "name": name, "type": COLUMN_OF_LAYOUT_TYPE.get(column.type, "VARCHAR")})
        )
        if column.type == "citizen_id":
            columns.append(_element({"name": f"{name}_is_valid", "like": "id_is_valid"}, elements))
    columns += [
        Element(
            name=f"{name}_original",
            zh=f"{column.headings[0]}（原样，仅当与规范值不同）",
            en=f"{name} as written, only where it differs from the normalised value",
            pii="identifying",
        )
        for name, column in layout.columns.items()
    ]
    return Contract(
        table=f"raw_{layout.registry}",
        layer="raw",
        zh=f"{layout.zh}：已接收的原始记录",
        en=f"{layout.en}: rows as received",
        grain_zh="一个文件中的一行",
        grain_en="one row of one received file",
        key=("file_id", "row_number"),
        owner=layout.owner_en,
        columns=tuple(columns),
        why_differs_zh="同一记录在每个提取文件中各占一行；被拒绝的行不在其中。",
        why_differs_en="A record has one row per extract that contains it; rejected rows are left out.",
    )


def read_contracts(layouts: Iterable[Layout], *folders: Path) -> dict[str, Contract]:
    """Every contract of the folders and the raw contracts that follow from the layouts, by table name.

    Raises ValueError where a contract contradicts itself, its file name or the rules of publication.
    """
    contracts: dict[str, Contract] = {}
    elements: dict[str, dict[str, Any]] = read_yaml(FOLDER / ELEMENTS_FILE)
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            if path.name == ELEMENTS_FILE:
                continue
            with reading(path):
                document = read_yaml(path)
                document["columns"] = [_element(entry, elements) for entry in document["columns"]]
                contract = Contract.model_validate(document)
            if contract.table != path.stem:
                raise ValueError(f"{path.name} describes {contract.table}: file and table must have one name")
            contracts[contract.table] = contract
    for layout in layouts:
        raw = _raw_contract(layout, elements)
        contracts[raw.table] = raw
    return contracts
