"""Small dated lists as rows of reference tables: law on fees, reasons of deregistration, service matters, messages."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, NonNegativeInt, model_validator

from warehouse.document import DeclarationError, read_as, read_each, reading
from warehouse.parameters.dated import Version, in_force_on, parameter_path, read_once_each

Rows = list[dict[str, Any]]
FEES, DEREGISTRATION, MATTERS, MESSAGES = "fee_rules.yaml", "deregistration.yaml", "matters.yaml", "messages.yaml"


def _pattern(text: str) -> str:
    """A pattern, as it is. Raises ValueError where it is no regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text} 不是正则表达式 / is not a pattern ({error})") from error
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class _Strict(BaseModel):
    """A part of a file in which an unknown or misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Names(_Strict):
    """Names of a fee, or patterns of them."""

    names: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()

    @model_validator(mode="after")
    def _has_some(self) -> _Names:
        if not self.names and not self.patterns:
            raise ValueError("names 和 patterns 都没有写 / has neither names nor patterns")
        return self


class _OtherNames(_Names, Version):
    """Other ways to write a fee."""


class _FeeLaw(_Names):
    """What the law says of a fee."""

    valid_from: dt.date
    clause_zh: str
    clause_en: str
    document: str
    also: tuple[_OtherNames, ...] = ()


class _Hotline(Version):
    number: str
    replaced_by: str


class _Hotlines(_Strict):
    obsolete: tuple[_Hotline, ...]
    general: str


class _FindingKind(_Strict):
    finding: str
    zh: str
    en: str


class _FeeRules(_Strict):
    """What the law says of fees beside the catalogue."""

    abolished: tuple[_FeeLaw, ...]
    free: tuple[_FeeLaw, ...]
    hotlines: _Hotlines | None = None
    findings: tuple[_FindingKind, ...] = ()


class _Deregistration(Version):
    meaning: Literal["death", "doubt"]
    patterns: tuple[Pattern, ...]


class _Matter(Version):
    matter_name: str
    en: str
    term_days: NonNegativeInt | None = None
    working_days: NonNegativeInt | None = None

    @model_validator(mode="before")
    @classmethod
    def _promises_one_term(cls, given: Any) -> Any:
        if isinstance(given, dict) and ("term_days" in given) == ("working_days" in given):
            raise ValueError("term_days 和 working_days 写一个 / a matter has either term_days or working_days")
        return given


class _Message(_Strict):
    event: str
    zh: str


def _fees(site: Path | None) -> _FeeRules:
    return read_as(_FeeRules, parameter_path(FEES, site))


def fee_rules(site: Path | None = None) -> Rows:
    """Rows of fee_rule: one per name or pattern of names of a fee that is abolished or free, with the day since which.

    Raises DeclarationError where a pattern is no regular expression.
    """
    rows = []
    said = _fees(site)
    for kind, laws in (("abolished", said.abolished), ("free", said.free)):
        for law in laws:
            words = {"kind": kind, "clause_zh": law.clause_zh, "clause_en": law.clause_en, "document": law.document}
            spellings: list[tuple[_Names, dt.date, str]] = [(law, law.valid_from, law.document)]
            spellings += [(other, other.valid_from, other.source) for other in law.also]
            for spelt, valid_from, source in spellings:
                common = {**words, "valid_from": valid_from, "source": source}
                rows += [{"item_name": name, "matching": "name", **common} for name in spelt.names]
                rows += [{"item_name": pattern, "matching": "pattern", **common} for pattern in spelt.patterns]
    return rows


def deregistration_patterns(day: dt.date, site: Path | None = None) -> Rows:
    """Rows of deregistration_pattern: the patterns of a day. Raises DeclarationError where one cannot be."""
    return [
        {"pattern": pattern, **said.model_dump(include={"meaning", "valid_from", "source"})}
        for said in read_each(_Deregistration, parameter_path(DEREGISTRATION, site))
        for pattern in said.patterns
        if said.valid_from <= day
    ]


def fee_finding_kinds(site: Path | None = None) -> Rows:
    """Rows of fee_finding_kind: what each finding means, in words."""
    if not (kinds := _fees(site).findings):
        raise DeclarationError(f"{parameter_path(FEES, site)}: findings: 没有写 / is missing")
    return [kind.model_dump() for kind in kinds]


def _hotlines(site: Path | None) -> _Hotlines:
    if (found := _fees(site).hotlines) is None:
        raise DeclarationError(f"{parameter_path(FEES, site)}: hotlines: 没有写 / is missing")
    return found


def obsolete_hotlines(day: dt.date, site: Path | None = None) -> Rows:
    """Rows of obsolete_hotline: numbers that must not be printed on a day, and what replaced them."""
    return [
        {"hotline": line.number, "replaced_by": line.replaced_by}
        for line in _hotlines(site).obsolete
        if line.valid_from <= day
    ]


def general_hotline(site: Path | None = None) -> str:
    """The line that answers everything."""
    return _hotlines(site).general


def matters_on(day: dt.date, site: Path | None = None) -> Rows:
    """Rows of service_matter: the latest line of each matter that is in force on a day.

    Raises DeclarationError where a line does not say one term, in days or in working days.
    """
    declared = read_once_each(_Matter, parameter_path(MATTERS, site), "matter_name", "valid_from")
    by_name: dict[str, list[_Matter]] = {}
    for matter in declared:
        by_name.setdefault(matter.matter_name, []).append(matter)
    latest = (in_force_on(day, versions) for versions in by_name.values())
    return [matter.model_dump(exclude_none=True) for matter in latest if matter]


def message_templates(site: Path | None = None) -> Rows:
    """Rows of message_template, one for every event.

    Raises DeclarationError where a template asks for anything but {title} and {hotline}, or an event has none.
    """
    path = parameter_path(MESSAGES, site)
    declared = read_once_each(_Message, path, "event")
    hotline = general_hotline(site)
    with reading(path):
        rows = [{"event": template.event, "text": _text(template, hotline)} for template in declared]
        events = {row["event"] for row in rows}
        expected = events if site is None else {row["event"] for row in message_templates()}
        if wrong := sorted(events ^ expected):
            raise ValueError(f"event 应为 {'、'.join(sorted(expected))} / events must be these: {', '.join(wrong)}")
    return rows


def _text(template: _Message, hotline: str) -> str:
    try:
        return template.zh.format(title="{title}", hotline=hotline)
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(
            f"{template.event}: 只能写 {{title}} 和 {{hotline}} / a message may name {{title}} and {{hotline}} only"
        ) from error
