"""Parameters by the day they are in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, PositiveInt, model_validator

from warehouse.document import DeclarationError, read_as, read_each, read_yaml, reading
from warehouse.parameters.village_list import in_edition, read_villages, told_apart

FOLDER = Path(__file__).parent
TERMS_FILE = "terms.yaml"
ROUND_TERM = "round_days"
_ROUNDS_KEPT_DAYS = 366
_DATE = "date"  # a unit, as the next
_PARTS, _WHOLE = ("share", "probability"), ("days", "months", "working days")
_CODES_SHOWN = 3
_LENGTHS = (ROUND_TERM, "recheck_round_days")  # a round of no day never ends


def twice(given: Iterable[Any]) -> Any:
    """The first that is given twice; None where none is."""
    seen = set()
    for each in given:
        if each in seen:
            return each
        seen.add(each)
    return None


class Version(BaseModel):
    """A value from a day on; `source` names the document or the reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: dt.date
    source: str


class Dated(BaseModel):
    """Something with versions; on no day do two of them begin."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="after")
    def _has_one_version_a_day(self) -> Self:
        if double := twice(version.valid_from for version in getattr(self, "versions", ())):
            raise ValueError(f"versions: {double} 写了两次 / is there twice")
        return self


class EditionVersion(Version):
    """The statistical edition of the villages from a day on; villages.csv has a column in_edition_<edition>."""

    edition: int | str


class PlaceDeclaration(BaseModel):
    """The place as declared: its names and code, and which edition of its villages holds from which day on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    code: str
    editions: tuple[EditionVersion, ...]

    @model_validator(mode="after")
    def _has_one_edition_a_day(self) -> PlaceDeclaration:
        if double := twice(edition.valid_from for edition in self.editions):
            raise ValueError(f"editions: {double} 写了两次 / is there twice")
        return self


class TermVersion(Version):
    """A value of a term. `ends_after_holidays`: a last day that is no working day moves to the next one."""

    value: int | float | dt.date
    ends_after_holidays: bool = False


class IndicatorVersion(Version):
    """How an indicator is counted and weighted from a day on. `term` names a term of terms.yaml, or is blank."""

    weight: NonNegativeFloat
    window_days: PositiveInt
    term: str | None = None


class Term(Dated):
    """A dated number or date used by models as this_day.<name>.

    has_last_day: something is in time up to the last day of the term, that day included.
    """

    name: str
    zh: str
    en: str
    unit: str
    has_last_day: bool = False
    versions: tuple[TermVersion, ...]

    @model_validator(mode="after")
    def _fits_its_unit(self) -> Term:
        for version in self.versions:
            if (self.unit == _DATE) != isinstance(version.value, dt.date):
                raise ValueError(f"{version.value}: 单位是 {self.unit} / its unit is {self.unit}")
            if not isinstance(version.value, dt.date):
                self._check_number(version.value)
        if not self.has_last_day and any(version.ends_after_holidays for version in self.versions):
            raise ValueError(f"{self.name} 没有可顺延的末日 / {self.name} has no last day that holidays could move")
        return self

    def _check_number(self, value: float) -> None:
        """Raises ValueError where a number cannot be one of the term's unit."""
        if value < 0 or (self.unit in _PARTS and value > 1):
            raise ValueError(f"{value} 超出范围 / {value} is out of range")
        if self.unit in _WHOLE and value != int(value):
            raise ValueError(f"{value} 应为整数 / must be a whole number")
        if self.name in _LENGTHS and value < 1:
            raise ValueError(f"{value} 至少为 1 / must be 1 at least")


class IndicatorDeclaration(Dated):
    """An indicator as declared: what it means and, by day, how it is counted.

    has_last_day: its events can be met up to a last day, their own or that of the term. They count, met or not alike,
    once it is over, from the day after: nobody has missed what may still be met in the evening, and the quick do not
    count before the slow.
    """

    indicator: str
    zh: str
    en: str
    meaning_zh: str
    meaning_en: str
    counts_cases: bool
    is_key: bool = False
    has_last_day: bool
    versions: tuple[IndicatorVersion, ...]

    @model_validator(mode="after")
    def _a_term_has_a_last_day(self) -> IndicatorDeclaration:
        if not self.has_last_day and any(version.term for version in self.versions):
            raise ValueError(
                f"{self.indicator} 有期限，就有末日（has_last_day: true） / "
                f"{self.indicator} has a term, and so a last day (has_last_day: true)"
            )
        return self


@dataclass(frozen=True)
class Indicator:
    """An indicator as it is in force on one day; windows are inclusive dates.

    counts_after_days: how long after its day an event first counts, in the window as in the rounds.
    """

    indicator: str
    zh: str
    en: str
    meaning_zh: str
    meaning_en: str
    counts_cases: bool
    is_key: bool
    weight: float
    term_days: int
    counts_after_days: int
    window_start: dt.date
    window_end: dt.date
    source: str


@dataclass(frozen=True)
class Round:
    """A round of scoring: the events that first count on one of its days, the first and the last included.

    It is closed by the run of its last day. Rounds do not overlap.
    """

    round_no: int
    round_start: dt.date
    round_end: dt.date


@dataclass(frozen=True)
class Village:
    """A village and the general branch it is grouped under. Of several that bear one name, its name tells which."""

    village_code: str
    village_name: str
    branch_code: str
    branch_name: str


@dataclass(frozen=True)
class Place:
    """The place that is ranked: its names and villages.

    former: the village of today, by code of a village that is part of it now. known_names: names of villages of every
    edition by code, those of today last: as somebody may write them.
    """

    zh: str
    en: str
    villages: tuple[Village, ...]
    former: Mapping[str, str]
    known_names: Mapping[str, str]


V = TypeVar("V", bound=Version)
M = TypeVar("M", bound=BaseModel)


def in_force_on(day: dt.date, versions: Iterable[V]) -> V | None:
    """The version in force on a day: the latest that has begun; None before the first."""
    begun = [version for version in versions if version.valid_from <= day]
    return max(begun, key=lambda version: version.valid_from) if begun else None


def parameter_path(name: str, site: Path | None) -> Path:
    """A parameter file; a site's own of the same name replaces the one delivered."""
    own = site / name if site else None
    return own if own and own.exists() else FOLDER / name


def parameter_document(name: str, site: Path | None) -> Any:
    """What a parameter file says. Raises DeclarationError where it is no YAML."""
    path = parameter_path(name, site)
    with reading(path):
        return read_yaml(path)


def read_once_each(model: type[M], path: Path, *names: str) -> tuple[M, ...]:
    """A list of declarations of which none is there twice, as told by the attributes named. Raises DeclarationError."""
    found = read_each(model, path)
    if double := twice(tuple(getattr(entry, name) for name in names) for entry in found):
        words = " ".join(str(part) for part in double if part)
        raise DeclarationError(f"{path}: {words} 写了两次 / is there twice")
    return found


@cache
def declared_terms(site: Path | None = None) -> tuple[Term, ...]:
    """Every term with all its versions. Raises DeclarationError where a site's file leaves one out."""
    path = parameter_path(TERMS_FILE, site)
    declared = read_once_each(Term, path, "name")
    if path.parent != FOLDER:
        known = {term.name for term in declared}
        missing = [term.name for term in declared_terms() if term.name not in known]
        if missing:
            raise DeclarationError(
                f"{path}: 缺少 {'、'.join(missing)}；本文件整份代替随软件的那份，请复制后修改 / "
                f"{', '.join(missing)}: missing. This file replaces the delivered one whole: copy it, then change it"
            )
    return declared


@cache
def declared_indicators(site: Path | None = None) -> tuple[IndicatorDeclaration, ...]:
    """Every indicator with all its versions."""
    return read_once_each(IndicatorDeclaration, parameter_path("indicators.yaml", site), "indicator")


def terms_on(day: dt.date, site: Path | None = None) -> dict[str, int | float | dt.date]:
    """Every term in force on a day, by name. Raises LookupError where a term has no value yet."""
    found = {}
    for term in declared_terms(site):
        version = in_force_on(day, term.versions)
        if version is None:
            raise LookupError(f"{term.zh}在 {day} 没有有效值 / no value of {term.name} is in force on {day}")
        found[term.name] = version.value
    return found


def terms_after_holidays_on(day: dt.date, site: Path | None = None) -> list[str]:
    """The terms whose last day moves past holidays, as they are in force on a day."""
    versions = {term.name: in_force_on(day, term.versions) for term in declared_terms(site)}
    return [name for name, version in versions.items() if version and version.ends_after_holidays]


def indicators_on(day: dt.date, site: Path | None = None) -> list[Indicator]:
    """The indicators in force on a day, with their windows worked out."""
    terms = terms_on(day, site)
    found = []
    for declared in declared_indicators(site):
        version = in_force_on(day, declared.versions)
        if version is None:
            continue
        term_days = int(terms[version.term]) if version.term else 0  # type: ignore[arg-type]
        counts_after_days = term_days + int(declared.has_last_day)
        window_end = day - dt.timedelta(days=counts_after_days)
        found.append(
            Indicator(
                **declared.model_dump(exclude={"has_last_day", "versions"}),
                weight=version.weight,
                term_days=term_days,
                counts_after_days=counts_after_days,
                window_start=window_end - dt.timedelta(days=version.window_days - 1),
                window_end=window_end,
                source=version.source,
            )
        )
    return found


def rounds_on(day: dt.date, site: Path | None = None) -> list[Round]:
    """The rounds of the last year that ended up to a day, oldest first.

    A new length counts from the first round that begins on or after its day: a round once begun keeps its length.
    """
    lengths = sorted(
        (version for term in declared_terms(site) if term.name == ROUND_TERM for version in term.versions),
        key=lambda version: version.valid_from,
    )
    found: list[Round] = []
    number, start = 0, lengths[0].valid_from
    oldest = day - dt.timedelta(days=_ROUNDS_KEPT_DAYS)
    for place, version in enumerate(lengths):
        length = int(version.value)  # type: ignore[arg-type]
        until = lengths[place + 1].valid_from if place + 1 < len(lengths) else day + dt.timedelta(days=1)
        passed = max(0, (min(oldest, until) - start).days // length - 1)
        number, start = number + passed, start + dt.timedelta(days=passed * length)
        while start < until:
            end = start + dt.timedelta(days=length - 1)
            number += 1
            if oldest <= end <= day:
                found.append(Round(number, start, end))
            start = end + dt.timedelta(days=1)
    return found


def _declared_place(site: Path | None) -> PlaceDeclaration:
    return read_as(PlaceDeclaration, parameter_path("place.yaml", site))


def read_place(day: dt.date, site: Path | None = None) -> Place:
    """The place as it is on a day: the villages of the statistical edition in force. Raises DeclarationError."""
    declared = _declared_place(site)
    edition = in_force_on(day, declared.editions)
    if edition is None:
        path = parameter_path("place.yaml", site)
        raise DeclarationError(f"{path}: {day} 没有有效的 editions / no edition is in force on {day}")
    path = parameter_path("villages.csv", site)
    rows = read_villages(path, edition.edition)
    of_edition = [row for row in rows if row[in_edition(edition.edition)] == "1"]
    named = told_apart({row["village_code"]: row["village_name"] for row in of_edition})
    villages = tuple(
        Village(row["village_code"], named[row["village_code"]], row["branch_code"], row["branch_name"])
        for row in of_edition
    )
    into = {row["village_code"]: row["merged_into"] for row in rows if row.get("merged_into")}
    unknown = set(into.values()) - {row["village_code"] for row in rows}
    today = {village.village_code: village.village_name for village in villages}
    others = {row["village_code"]: row["village_name"] for row in rows if row["village_code"] not in today}
    strange = [code for code in today if not code.startswith(declared.code)]
    with reading(path):
        if unknown:
            raise ValueError(f"merged_into {'、'.join(sorted(unknown))}: 没有这个村码 / no such village_code")
        if strange:
            raise ValueError(
                f"{'、'.join(strange[:_CODES_SHOWN])}: 不在本地代码 {declared.code} 之内，请核对 place.yaml 的 code 和 "
                "villages.csv 的村码 / not within the code of the place: see code in place.yaml and village_code here"
            )
        return Place(declared.zh, declared.en, villages, _former(today.keys(), into), others | today)


def require_editions(site: Path | None = None) -> None:
    """Reads the place of every edition, those to come as well. Raises DeclarationError where one cannot be."""
    for edition in _declared_place(site).editions:
        read_place(edition.valid_from, site)


def _former(villages: Collection[str], into: Mapping[str, str]) -> dict[str, str]:
    """The village of today by code of what became part of it, over several mergers. Raises ValueError on a circle."""
    found = {}
    for former in into:
        code, passed = former, set[str]()
        while code not in villages and code in into:
            if code in passed:
                raise ValueError(f"{former}: merged_into 绕成了圈 / merged_into goes round in a circle")
            passed.add(code)
            code = into[code]
        if passed and code in villages:
            found[former] = code
    return found
