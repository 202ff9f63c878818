"""Which side of a case is wrong, on a terminal: learned (`train-direction`), measured (`accuracy`), explained."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

from expectations.rules import read_measurement
from pipelines.reading import reading_private
from pipelines.refusal import NOTHING_RUN, RefusedError
from pipelines.screen import screen
from pipelines.spoken import Spoken, said
from warehouse.home import Home
from warehouse.published_days import newest_day

if TYPE_CHECKING:
    from assets.direction.accuracy import Directions
    from assets.identity.explain import CaseExplanation

_METHODS = {
    "evidence": "各方证据 all evidence",
    "majority": "少数服从多数 majority vote",
    "authority": "只看权威来源 authority alone",
}
# What speaks for a value beside the registries (direction.yaml).
_VOICES = {
    "id_number": "公安登记的身份号码",
    "other_number": "其他登记库的身份号码",
    "written_name": "号码旁所写的姓名",
    "same_household": "与子女同户",
    "partner": "配偶的记录",
    "birth_date": "本人的出生日期",
    "sex": "本人的性别",
    "role": "父母的性别",
    "check_digit": "校验码",
    "blank": "一方空缺",
    "absence": "一方没有记录",
}
_PATTERN = "pattern_"


def methods_table(found: Directions) -> Table:
    """The three ways to tell which value is right, on the same errors. Words are folded, never a figure cut."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, collapse_padding=True)
    table.add_column("判断哪个值正确\nwhich value is right")
    shares = ("判断的正确率 of named", "总得分 score")
    for heading in ("差错 errors", "作出判断 named", "判断正确 right", "未判断 undecided", *shares):
        table.add_column(heading.replace(" ", "\n", 1), justify="right", no_wrap=True)
    for method in found.methods:
        numbers = (method.cases, method.named, method.right, method.undecided)
        told = ("-" if share is None else f"{share:.4f}" for share in (method.share_of_named_right, method.share_right))
        table.add_row(_METHODS[method.method], *map(str, numbers), *told)
    return table


def show_directions(console: Console, found: Directions) -> None:
    """Prints how well each way tells which value is right."""
    console.print(methods_table(found))
    console.print(
        "判断的正确率＝判断正确÷作出判断；总得分＝（判断正确＋未判断的一半）÷差错 / "
        "of named = right / named; score = (right + half of the undecided) / errors"
    )
    error = "-" if found.calibration_error is None else f"{found.calibration_error:.4f}"
    console.print(f"把握程度的校准误差 calibration error of the confidence: {error}")


def voice_words(words: Spoken, voice: str) -> str:
    """What speaks for a value: a registry, something else of the records, or how the values differ."""
    if voice.startswith(_PATTERN):
        return words.cause(voice.removeprefix(_PATTERN))
    return said(_VOICES, voice) if voice in _VOICES else words.registry(voice)


def show_case(console: Console, words: Spoken, case: CaseExplanation) -> None:
    """Prints an open case, which registry is probably wrong, and what speaks for either value with which weight."""
    cause = f"（{words.cause(case.cause)}）" if case.cause else ""
    console.print(f"疑点 open case: {words.rule(case.rule_code)}{cause}")
    if case.voices:
        sides = {"a": "甲值 first", "b": "乙值 second"}
        spoken = "；".join(
            f"{sides[side]} ← {voice_words(words, voice)} {weight:+.2f}" for voice, side, weight in case.voices
        )
        console.print(f"  证据 evidence: {spoken}")
    rule = read_measurement().rules.get(case.rule_code)
    if rule:
        zh, en = read_measurement().words
        console.print(f"  规则查准率 precision of the rule: {rule.precision}（{zh} / {en}）")
    told = (
        f"{words.registry(case.likely_wrong)}，把握 confidence {case.confidence:.2f}"
        if case.likely_wrong
        else "无法判断 cannot tell"
    )
    console.print(f"  可能有误 probably wrong: {told}")


def train_direction(homes: list[Home], out: Path, valid_from: dt.date | None, *, truth: bool) -> int:
    """Learns the weights of voices from every home's known outcomes together and writes them for review."""
    import polars as pl

    from assets.accuracy import NoTruthError
    from assets.direction import labels
    from assets.direction.training import learn, write_weights
    from warehouse.parameters import in_force_on
    from warehouse.parameters.direction import DirectionVersion, declared_direction, file_head

    said, known, newest = [], [], []
    for number, home in enumerate(homes):
        apart = pl.concat_str(pl.lit(f"{number} "), "case_id").alias("case_id")
        try:
            with reading_private(home) as connection:
                outcome = labels.from_truth(home, connection) if truth else labels.from_verdicts(connection)
                said.append(labels.voices(connection).with_columns(apart))
                day = newest_day(connection)
        except NoTruthError:
            raise RefusedError("没有真值 / no truth here") from None
        if day is None:
            raise RefusedError(NOTHING_RUN)
        newest.append(day)
        known.append(outcome.with_columns(apart))
    begins = valid_from or max(newest) + dt.timedelta(days=1)
    declared = declared_direction(homes[0].site)
    in_force = in_force_on(max(newest), declared.versions) or declared.versions[0]
    found = learn(pl.concat(said), pl.concat(known), in_force)
    cases = sum(found.cases.values())
    if not cases:
        raise RefusedError("还没有可供学习的核实结果 / there are no verdicts to learn from yet")
    source = f"{cases} {'planted errors of simulated towns' if truth else 'verdicts'} up to {max(newest)}"
    version = DirectionVersion(valid_from=begins, source=source, minimum=in_force.minimum, fields=found.fields)
    write_weights(declared, version, out, file_head())
    learned = "，".join(f"{field} {number}" for field, number in found.cases.items() if number)
    screen().print(
        f"✓ {out}：请审阅后放入 config/direction.yaml / review it, then put it into config/direction.yaml\n  {learned}"
    )
    return 0
