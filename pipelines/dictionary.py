"""The data dictionary, docs/data-dictionary.md, made from everything declared: `make docs`.

Nothing is written by hand: contracts say what tables hold, models how they are computed, rules, indicators and terms
what counts and since when. A test fails while the page differs from what this module makes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from assets.building import code_of
from assets.computed import COMPUTED
from assets.registries.manifest import reasons
from expectations.rules import Rule, read_measurement, read_rules
from expectations.suites import read_suites
from warehouse.catalogue import INDICATOR_FORM, RULE_FORM, Catalogue, catalogue
from warehouse.contracts import LAYERS, Contract, Element
from warehouse.models.model import HISTORY
from warehouse.parameters import declared_indicators, declared_terms
from warehouse.parameters.dated import Term
from warehouse.parameters.retention import Retention, declared_retention
from warehouse.registries import Layout, reading_rules

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "data-dictionary.md"

Words = tuple[str, str]  # Chinese, English
Lines = list[str]

LAYER_WORDS: dict[str, Words] = {
    "reference": ("参照与收件", "reference and receipts"),
    "raw": ("原始记录", "rows as received"),
    "staging": ("整理后的记录", "records, cleaned"),
    "identity": ("按人归并", "persons"),
    "reconciliation": ("核对疑点", "reconciliation"),
    "cases": ("疑点办理", "handling of cases"),
    "indicators": ("指标", "indicators"),
    "ranking": ("排名预警", "ranking and warnings"),
    "release": ("公开数据", "what is made public"),
    "meetings": ("调度会议", "review meetings"),
    "publication": ("发布记录", "publication"),
    "benefits": ("惠民待遇", "benefits"),
    "fees": ("收费", "fees"),
    "services": ("服务", "services"),
}
# Why a figure of a layer differs from the registries' own, where a contract has nothing more exact to say.
LAYER_DIFFERS: dict[str, Words] = {
    "reference": ("不是登记库数据。", "These are no registry data."),
    "raw": (
        "同一记录在每个提取文件中各占一行；被拒收的行不在其中。",
        "A record has one row per extract that contains it; rejected rows are left out.",
    ),
    "staging": (
        "每条记录只取当日已知的最新版本；消失、注销、迁出的记录保留并标明，不计入在册。",
        "Each record counts once, in its latest version known on the day; vanished, cancelled and moved-out records "
        "are kept and marked, and do not count.",
    ),
    "identity": (
        "登记库按条计，这里按人计：同一人的多条记录合为一人，无法归并的各自成人。",
        "Registries count records, this counts persons: several records of one person are one, and records that match "
        "nobody stand alone.",
    ),
    "reconciliation": (
        "按疑点计，不按人计；登记库自身无法知道与别库不一致之处。",
        "Counts disagreements, not persons; a registry cannot know where others disagree with it.",
    ),
    "cases": (
        "按疑点计；登记库一致才算办结，不以答复为准，也不含尚未改入登记库的更正。",
        "Counts cases; one is resolved when the registries agree, not when somebody answers, and corrections that are "
        "not in the source yet do not count.",
    ),
    "indicators": (
        "只含本镇现行村居名单上的村；窗口和期限见“参数”，未办结的计入分母。",
        "Only villages of the list in force; windows and terms are dated parameters, and what is still open stays in "
        "the denominator.",
    ),
    "ranking": (
        "由指标值按权重合成，案件量不足的单位不排名；各登记库没有对应数字。",
        "Composed of indicator values by weight; units with too small a case load are not ranked. No registry has a "
        "figure of this kind.",
    ),
    "release": (
        "只含可公开的数字：已结束的一轮，数量少的不公布。",
        "Only what may be made public: a closed round, small counts withheld.",
    ),
    "meetings": (
        "只含单位、指标和承诺；承诺按最近一次会议记录计。",
        "Units, indicators and promises alone; a promise is that of the latest meeting.",
    ),
    "publication": ("不是登记库数据。", "These are no registry data."),
    "benefits": (
        "按当日有效的政策条款核定，不以申请或发放清单为准。",
        "Decided by the clauses in force on the day, not taken from lists of applications or payments.",
    ),
    "fees": ("按收费当日有效的目录核对。", "Held against the catalogue in force on the day of the charge."),
    "services": ("按办件计，不按人计。", "Counts requests, not persons."),
}
PII_WORDS: dict[str, Words] = {
    "none": ("不涉及个人", "says nothing of a person"),
    "pseudonym": ("代号，只在内部库有意义", "stands for a person inside the private warehouse only"),
    "identifying": ("身份信息", "names, numbers, addresses, dates of a person"),
    "free_text": ("自由文本，可能含身份信息", "typed by somebody, may contain anything"),
}
KEEP_WORDS: dict[str, Words] = {
    "day": ("每日重建，不保留", "rebuilt for each day, not kept"),
    "latest": ("保留最新一天的内容", "the newest day's content is kept"),
    "partition": ("每个统计日各留一份", "the rows of every as_of are kept"),
}
OWNER_WORDS: dict[str, str] = {
    "township data clerk": "镇数据员",
    "township office": "镇办公室",
    "village": "村",
    "police": "派出所",
    "civil_affairs": "民政局婚姻登记处",
    "hospital": "助产机构",
    "finance office": "财政所",
}
LAG_WORDS: dict[str, str] = {"same day": "当日"}
_FORMS = (RULE_FORM, INDICATOR_FORM)


def _both(words: Words) -> str:
    return f"{words[0]} / {words[1]}"


def _cell(text: object) -> str:
    """Text that stays in its table cell."""
    return str(text).replace("|", "\\|").replace("\n", " ").strip()


def _table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Lines:
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join(_cell(value) for value in row)} |" for row in rows]
    return [*lines, ""]


def _named(declared: Term | Retention, value: object) -> tuple[object, ...]:
    """The cells of a dated value that say what it is."""
    return f"`{declared.name}`", _both((declared.zh, declared.en)), value, declared.unit


def _link(name: str) -> str:
    """A table's or rule's section: GitHub makes anchors of headings in lower case."""
    return f"[{name}](#{name.lower()})"


def _links(names: Iterable[str]) -> str:
    return "、".join(_link(name) for name in sorted(names)) or "—"


def owner_words(catalogue: Catalogue, owner: str) -> str:
    """An owner in both languages; in English alone where nobody gave the Chinese."""
    known = OWNER_WORDS | {layout.owner_en: layout.owner_zh for layout in catalogue.layouts.values()}
    english = owner.replace("_", " ")
    return f"{known[owner]} / {english}" if owner in known else english


def _column(column: Element, key: Sequence[str]) -> tuple[str, str, str, str, str]:
    name = f"**{column.name}** 🔑" if column.name in key else column.name
    codes = "；".join(f"`{code}` {meaning}" for code, meaning in (column.codes or {}).items())
    unit = column.unit or ""
    pii = ("" if column.pii == "none" else column.pii) + (
        "（发布时替换 / replaced when published）" if column.publish_as else ""
    )
    return name, column.type, f"{column.zh} / {column.en}", "；".join(part for part in (unit, codes) if part), pii


def _columns(contract: Contract) -> Lines:
    """The columns; what stands beside every column of a raw table (<column>_original) takes one row."""
    own = [column for column in contract.columns if contract.layer != "raw" or not column.name.endswith("_original")]
    rows = [_column(column, contract.key) for column in own]
    if len(own) < len(contract.columns):
        meaning = "原样，仅当与规范值不同 / as written, only where it differs from the normalised value"
        rows.append(("*&lt;column&gt;*_original", "VARCHAR", meaning, "", "identifying"))
    return _table(("列 column", "类型 type", "含义 meaning", "单位、代码 unit, codes", "个人信息 PII"), rows)


def _where(contract: Contract) -> str:
    if contract.publish:
        audience = "可公开 / public" if contract.audience == "public" else "仅供内部统计 / internal, for statisticians"
        return f"`published/current/hedui.duckdb`: `{contract.table}`（{audience}）"
    if contract.keep == "day":
        return f"不发布，内部库 / not published, private: `work.{contract.table}`"
    return f"不发布，内部库 / not published, private: `main.{contract.table}`"


def _why(contract: Contract) -> str:
    if contract.why_differs_zh and contract.why_differs_en:
        return _both((contract.why_differs_zh, contract.why_differs_en))
    return _both(LAYER_DIFFERS[contract.layer])


def _measured(rule_code: str) -> str:
    """How often a rule was right on simulated towns; a new rule was not measured yet."""
    found = read_measurement()
    rule = found.rules.get(rule_code)
    if rule is None:
        return "尚未测量 / not measured yet: `make measure-rules`"
    zh, en = found.words
    return (
        f"查准率 precision {rule.precision}，查全率 recall {rule.recall}（应报 cases to be found: {rule.expected}）。"
        f"{zh} / {en}"
    )


class _Page:
    """The page of one catalogue: every section as lines of Markdown."""

    def __init__(self, found: Catalogue) -> None:
        self.found = found
        self.used_by: dict[str, set[str]] = defaultdict(set)
        for table in found.order:
            for needed in found.inputs(table):
                self.used_by[needed].add(table)
        grouped = {*found.rule_tables, *found.indicator_tables.values()}
        self.by_layer = {
            layer: [table for table, c in found.tables.items() if c.layer == layer and table not in grouped]
            for layer in LAYERS
        }

    def lineage(self, table: str) -> list[tuple[str, str]]:
        """What a table is computed by and from, and what is computed from it."""
        rows: list[tuple[str, str]] = []
        model = self.found.models.get(table)
        if model:
            path = f"warehouse/models/{model.layer}/{table}.sql"
            rows.append(("计算 computed by", f"[{path}](../{path})<br>{model.zh}<br>{model.en}"))
            earlier = sorted(name.removesuffix(HISTORY) for name in model.reads if name.endswith(HISTORY))
            past = f"；往日 earlier days: {_links(earlier)}" if earlier else ""
            rows.append(("输入 inputs", _links(self.found.inputs(table)) + past))
        elif table in self.found.computed:
            run = code_of(COMPUTED, table).run
            path = f"{run.__module__.replace('.', '/')}.py"
            rows.append(("计算 computed by", f"[{path}](../{path})"))
            rows.append(("输入 inputs", _links(self.found.inputs(table))))
        if self.used_by[table]:
            rows.append(("用于 used by", _links(self.used_by[table])))
        return rows

    def facts(self, contract: Contract) -> Lines:
        """What is to be known of a table before its columns."""
        key = "、".join(f"`{name}`" for name in contract.key)
        lag = f"{LAG_WORDS[contract.lag]} / {contract.lag}" if contract.lag in LAG_WORDS else contract.lag
        rows = [
            ("一行 one row", f"{contract.grain_zh} / {contract.grain_en}"),
            ("主键 key", key),
            ("责任方 owner", owner_words(self.found, contract.owner)),
            ("时效 lag", lag),
            ("保留 kept", _both(KEEP_WORDS[contract.keep])),
            ("所在 where", _where(contract)),
            ("与登记库数字不同的原因 why figures differ from the registries' own", _why(contract)),
        ]
        if contract.table not in _FORMS:
            rows += self.lineage(contract.table)
        reviewed = [f"{check.zh} / {check.en}" for check in read_suites().get(contract.table, ())]
        if reviewed:
            rows.append(("检查 checks", "<br>".join(reviewed)))
        rows += [("注意 warning", warning) for warning in contract.warnings]
        return _table(("", ""), rows)

    def contents(self) -> Lines:
        """Every table by layer."""
        rows = [
            (
                _both(LAYER_WORDS[layer]),
                _links(tables) + (f"、{self.of_one_form(layer)}" if self.of_one_form(layer) else ""),
            )
            for layer, tables in self.by_layer.items()
            if tables
        ]
        return _table(("层 layer", "表 tables"), rows)

    def of_one_form(self, layer: str) -> str:
        """Where the tables of a layer are described that share one form."""
        if layer == "reconciliation":
            return "[每条规则一张表 / one table per rule](#规则--rules)"
        return "[每个指标一张表 / one table per indicator](#指标--indicators)" if layer == "indicators" else ""

    def tables(self) -> Lines:
        """A section per layer, and in it one per table."""
        lines: Lines = []
        for layer, tables in self.by_layer.items():
            if tables:
                lines += [f"## {_both(LAYER_WORDS[layer])}", ""]
            for table in tables:
                contract = self.found.contract(table)
                lines += [f"### {table}", "", f"**{contract.zh}** · {contract.en}", ""]
                lines += [*self.facts(contract), *_columns(contract)]
        return lines

    def form(self, name: str) -> Lines:
        """The form that the tables of a section share."""
        contract = self.found.contract(name)
        return [f"每张表的结构 / the form of every table: **{contract.zh}** · {contract.en}", "", *_columns(contract)]

    def rules(self, rules: Iterable[Rule]) -> Lines:
        """A section per rule: words, who corrects it, on what basis, and its model."""
        lines = ["## 规则 / rules", "", *self.form(RULE_FORM)]
        for rule in rules:
            scored = (
                "计入村的按期办结率 / counts for the village"
                if rule.scored
                else "不计入 / does not count for the village"
            )
            rows = [
                ("更正责任方 who can correct it", owner_words(self.found, rule.owner)),
                ("考核 score", scored),
                ("依据 basis", rule.legal_basis or "—"),
                ("处理 action", f"{rule.action_zh} / {rule.action_en}"),
                ("实测 measured", _measured(rule.code)),
                *self.lineage(rule.table),
            ]
            lines += [f"### {rule.code}", "", f"**{rule.zh}** · {rule.en}", "", *_table(("", ""), rows)]
        return lines

    def indicators(self) -> Lines:
        """A section per indicator: what it means, and by day how it is counted and weighted."""
        lines = ["## 指标 / indicators", "", *self.form(INDICATOR_FORM)]
        for declared in declared_indicators(self.found.site):
            table = self.found.indicator_tables[declared.indicator]
            load = "计入 / counts" if declared.counts_cases else "不计入 / does not count"
            since = "末日过后的次日 / the day after the last day" if declared.has_last_day else "当日 / its own day"
            rows = [
                ("代码 code", f"`{declared.indicator}`"),
                ("含义 meaning", f"{declared.meaning_zh} / {declared.meaning_en}"),
                ("案件量 case load", load),
                ("起计日 counts from", since),
                *self.lineage(table),
            ]
            lines += [f"### {table}", "", f"**{declared.zh}** · {declared.en}", "", *_table(("", ""), rows)]
            lines += _table(
                ("自 from", "权重 weight", "窗口（天）window, days", "期限 term", "依据 source"),
                [
                    (v.valid_from, v.weight, v.window_days, f"`{v.term}`" if v.term else "—", v.source)
                    for v in declared.versions
                ],
            )
        return lines

    def terms(self) -> Lines:
        """Every dated parameter with all its versions."""
        rows = [
            (
                *_named(term, version.value),
                ("顺延 yes" if version.ends_after_holidays else "不顺延 no") if term.has_last_day else "—",
                version.valid_from,
                version.source,
            )
            for term in declared_terms(self.found.site)
            for version in term.versions
        ]
        last_day = "末日遇休假日 last day moves past holidays"
        headings = ("名称 name", "含义 meaning", "值 value", "单位 unit", last_day, "自 from", "依据 source")
        reading = "模型以 `this_day.<名称>` 读取 / models read them as `this_day.<name>`。"
        return ["## 参数 / parameters", "", reading, "", *_table(headings, rows)]

    def retention(self) -> Lines:
        """How long is kept what is not kept for good."""
        rows = [
            (*_named(kept, version.value), version.valid_from, version.source)
            for kept in declared_retention(self.found.site)
            for version in kept.versions
        ]
        headings = ("名称 name", "含义 meaning", "值 value", "单位 unit", "自 from", "依据 source")
        reading = (
            "到期即删；已接收的文件、台账、保留的表、已发布的日期永不删 / "
            "goes when it is over; received files, the ledger, kept tables and published days never do."
        )
        return ["## 保留期 / how long is kept", "", reading, "", *_table(headings, rows)]

    def registries(self) -> Lines:
        """How each registry's files look, what is never read, and why a row or file may not be accepted."""
        lines = ["## 登记库文件 / registry files", ""]
        for layout in self.found.layouts.values():
            lines += self.layout(layout)
        refused = "、".join(f"`{_cell(pattern)}`" for pattern in reading_rules().refused)
        lines += [
            "### 拒绝读取的列 / refused columns",
            "",
            "列名含下列内容的列在读取时丢弃，其值不存入任何地方 / "
            "columns with these words in their heading are dropped while reading, their values are kept nowhere:",
            "",
            refused,
            "",
        ]
        words = [(code, f"{text['zh']} / {text['en']}") for kind in reasons().values() for code, text in kind.items()]
        return [*lines, "### 拒收与提示的原因 / reasons", "", *_table(("代码 code", "说明 meaning"), words)]

    def layout(self, layout: Layout) -> Lines:
        """The columns of one registry's files and the headings under which they are found."""
        rows = [
            (
                name + (" （必需 required）" if column.required else ""),
                "、".join(column.headings)
                + (f"（没有这些时 else：{'、'.join(column.vague_headings)}）" if column.vague_headings else ""),
                column.type + (f" ({column.codes})" if column.codes else ""),
            )
            for name, column in layout.columns.items()
        ]
        return [
            f"### {layout.registry}",
            "",
            f"**{layout.zh}** · {layout.en}。所有方 owner: {layout.owner_zh} / {layout.owner_en}。"
            f"编号 record_id: `{layout.record_id}`。",
            "",
            *_table(("列 column", "表头 headings", "类型 type"), rows),
        ]


def dictionary(found: Catalogue) -> str:
    """The whole page as Markdown."""
    page = _Page(found)
    pii = [(f"`{name}`", _both(words)) for name, words in PII_WORDS.items()]
    lines = [
        "# 数据字典 / data dictionary",
        "",
        "本页由 `make docs` 从契约、模型、规则和参数生成，请勿手改。",
        "Made by `make docs` from contracts, models, rules and parameters; do not edit.",
        "",
        "发布库只含不涉及个人的列；🔑 为主键。 / "
        "The published warehouse holds only columns that say nothing of a person; 🔑 marks the key.",
        "",
        "发布库供内部统计使用，含小单位的确切数字；只有标明“可公开”的表可以对外，"
        "看板、邮件、表格和公开页只读这些表。 / "
        "The published warehouse is for statisticians and holds exact counts of small places. Only tables marked "
        "public may leave the office; board, mail, workbooks and the disclosure read those alone.",
        "",
        *_table(("个人信息 PII", "含义 meaning"), pii),
        *page.contents(),
        *page.tables(),
        *page.rules(read_rules().values()),
        *page.indicators(),
        *page.terms(),
        *page.retention(),
        *page.registries(),
    ]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Writes the page."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(dictionary(catalogue()), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
