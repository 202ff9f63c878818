"""Benefits and fees on the terminal: explaining a decision, writing postings, messages and the disclosure."""

from __future__ import annotations

import json
from typing import Any

import duckdb
from rich.console import Console

from pipelines.reading import reading_private, reading_published
from pipelines.refusal import NOTHING_RUN, RefusedError
from pipelines.screen import screen
from pipelines.spoken import Spoken
from warehouse.catalogue import catalogue
from warehouse.home import Home


def explain(home: Home, key: str, *, as_json: bool) -> int:
    """Prints every decision about the person that a number names; 1 where it names nobody."""
    from assets.benefits.explain import explain_benefit

    with reading_private(home) as connection:
        try:
            found = explain_benefit(connection, key)
        except duckdb.CatalogException:
            raise RefusedError(NOTHING_RUN) from None
    if as_json:
        print(json.dumps(found, default=str, ensure_ascii=False))  # noqa: T201 - this is the command's output
        return 0 if found else 1
    if not found:
        raise RefusedError("没有这个编号的待遇核对结果 / no decision goes by this number")
    console, words = screen(), Spoken(catalogue(home.site))
    for decision in found:
        _show(console, words, decision)
    return 0


def _outcome(words: Spoken, decision: dict[str, Any]) -> str:
    """What came out, and why: which way it is wrong and by how much, or the reason."""
    told = [words.code("benefit_decision", "outcome", decision["outcome"])]
    told += [
        words.code("benefit_decision", column, decision[column])
        for column in ("direction", "reason")
        if decision[column]
    ]
    if decision["direction"]:
        told.append(f"{decision['difference']} 元 / yuan")
    return "，".join(told)


def _open_record(words: Spoken, record: str) -> str:
    """The record to look at: its registry by name, and its number there."""
    registry, _, number = record.partition(" ")
    return f"{words.registry(registry)} {number}"


def _show(console: Console, words: Spoken, decision: dict[str, Any]) -> None:
    programme = " ".join(part for part in (decision["zh"], decision["en"], decision["period"]) if part)
    console.rule(f"{programme}（{decision['as_of']}）", style="", align="left")
    lines = [f"结果 outcome    {_outcome(words, decision)}"]
    if decision["open_record"]:
        record = _open_record(words, decision["open_record"])
        lines.append(f"待查 open       {record}（不影响发放 / stops no payment）")
    lines.append(f"应享 due        {decision['due']} 元 / yuan（{decision['months'] or 0} 个月 / months）")
    beyond = decision["paid"] + decision["failed"] + decision["outstanding"] - decision["listed"]
    lines.append(
        f"名单 listed     {decision['listed']} ＝ 已发 paid {decision['paid']} ＋ 失败 failed {decision['failed']} "
        f"＋ 待发 outstanding {decision['outstanding']}" + (f" － 多发 beyond {beyond}" if beyond else "")
    )
    if decision["rule"]:
        lines.append(f"条款 clause     {decision['clause_zh']} / {decision['clause_en']}")
        lines.append(f"文件 document   {decision['document']}（{decision['rule']}）")
    records = [
        f"{name} {decision[column]}"
        for name, column in (
            ("出生证 certificate", "certificate_no"),
            ("户籍 household", "household_record"),
            ("申请 application", "application_no"),
        )
        if decision[column]
    ]
    lines.append(f"记录 records    {'；'.join(records) or '-'}")
    for item in decision["items"]:
        paid = "；".join(
            f"{payment['batch_no']}/{payment['payment_no']} {payment['amount']} 元 "
            f"{words.code('stg_benefit_payment', 'payment_status', payment['payment_status'])}"
            for payment in item["payments"]
        )
        lines.append(f"  名单明细 line {item['item_no']}  {item['listed']} 元  {paid or '未代发 / not paid yet'}")
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def write_postings(home: Home) -> int:
    """Writes the posting lists; 1 where one had to be withheld."""
    from assets.benefits.posting import write_postings as write

    with reading_private(home) as connection:
        written = write(home, connection)
    console = screen()
    for posting in written:
        if posting.findings:
            console.print(f"✗ 未写出，含不能公示的内容 / withheld: {posting.path.name}", markup=False)
            for finding in posting.findings:
                console.print(f"    {finding.words()}", markup=False)
        else:
            console.print(f"✓ {posting.path}  {posting.lines} 行 / rows", soft_wrap=True)
    if not written:
        console.print("当前没有公示期内的名单 / no list is on public posting")
    return 1 if any(posting.findings for posting in written) else 0


def write_messages(home: Home) -> int:
    """Writes new text messages into the outbox."""
    from assets.benefits.messages import write_messages as write

    with reading_private(home) as connection:
        outbox = write(home, connection)
    text = f"✓ {outbox.messages} 条 / messages → {outbox.path}" if outbox.path else "没有新的短信 / no new messages"
    screen().print(text, soft_wrap=True)
    return 0


def write_disclosure(home: Home) -> int:
    """Writes the disclosure page and workbook from the published warehouse."""
    from assets.fees.disclosure import write_disclosure as write

    with reading_published(home) as connection:
        written = write(home, connection)
    console = screen()
    if written.findings:
        console.print("✗ 未写出，含不能公示的内容 / withheld: the disclosure")
        for finding in written.findings:
            console.print(f"    {finding.words()}", markup=False)
        return 1
    for path in (written.page, written.workbook):
        console.print(f"✓ {path}", soft_wrap=True)
    return 0
