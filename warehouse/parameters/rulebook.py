"""Small dated lists as rows of reference tables: law on fees, reasons of deregistration, service matters, messages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from warehouse.document import reading
from warehouse.parameters.dated import parameter_document, parameter_path

Rows = list[dict[str, Any]]
F = TypeVar("F", bound=Callable[..., Any])
FEES, DEREGISTRATION, MATTERS, MESSAGES = "fee_rules.yaml", "deregistration.yaml", "matters.yaml", "messages.yaml"


def _reads(name: str) -> Callable[[F], F]:
    """Names the parameter file in what a function, whose last argument is the site, finds wrong with it."""

    def named(read: F) -> F:
        @wraps(read)
        def reader(*arguments: Any) -> Any:
            site = arguments[-1] if arguments and isinstance(arguments[-1], Path) else None
            with reading(parameter_path(name, site)):
                return read(*arguments)

        return reader  # type: ignore[return-value]

    return named


@_reads(FEES)
def fee_rules(site: Path | None = None) -> Rows:
    """Rows of fee_rule: one per name or pattern of names of a fee that is abolished or free, with the day since which.

    Raises ValueError where a pattern is no regular expression.
    """
    document = parameter_document(FEES, site)
    rows = []
    for kind in ("abolished", "free"):
        for rule in document[kind]:
            law = {"kind": kind, **{name: rule[name] for name in ("clause_zh", "clause_en", "document")}}
            for written in (rule | {"source": rule["document"]}, *rule.get("also", ())):
                common = {**law, "valid_from": written["valid_from"], "source": written["source"]}
                rows += [{"item_name": name, "matching": "name", **common} for name in written.get("names", ())]
                rows += [
                    {"item_name": _pattern(pattern), "matching": "pattern", **common}
                    for pattern in written.get("patterns", ())
                ]
    return rows


def _pattern(text: str) -> str:
    """A pattern, as it is. Raises ValueError where it is no regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text}: not a pattern ({error})") from error
    return text


@_reads(DEREGISTRATION)
def deregistration_patterns(day: dt.date, site: Path | None = None) -> Rows:
    """Rows of deregistration_pattern: the patterns of a day. Raises ValueError where one is no regular expression."""
    return [
        {"pattern": _pattern(pattern), **{name: said[name] for name in ("meaning", "valid_from", "source")}}
        for said in parameter_document(DEREGISTRATION, site)
        for pattern in said["patterns"]
        if said["valid_from"] <= day
    ]


@_reads(FEES)
def fee_finding_kinds(site: Path | None = None) -> Rows:
    """Rows of fee_finding_kind: what each finding means, in words."""
    return list(parameter_document(FEES, site)["findings"])


@_reads(FEES)
def obsolete_hotlines(day: dt.date, site: Path | None = None) -> Rows:
    """Rows of obsolete_hotline: numbers that must not be printed on a day, and what replaced them."""
    found = parameter_document(FEES, site)["hotlines"]["obsolete"]
    return [
        {"hotline": line["number"], "replaced_by": line["replaced_by"]} for line in found if line["valid_from"] <= day
    ]


@_reads(FEES)
def general_hotline(site: Path | None = None) -> str:
    """The line that answers everything."""
    return str(parameter_document(FEES, site)["hotlines"]["general"])


@_reads(MATTERS)
def matters_on(day: dt.date, site: Path | None = None) -> Rows:
    """Rows of service_matter: the latest line of each matter that is in force on a day.

    Raises ValueError where a line does not say one term, in days or in working days.
    """
    latest: dict[str, dict[str, Any]] = {}
    for matter in parameter_document(MATTERS, site):
        if ("term_days" in matter) == ("working_days" in matter):
            raise ValueError(f"{matter['matter_name']}: a matter has either term_days or working_days")
        known = latest.get(matter["matter_name"])
        if matter["valid_from"] <= day and (known is None or known["valid_from"] <= matter["valid_from"]):
            latest[matter["matter_name"]] = matter
    return list(latest.values())


@_reads(MESSAGES)
def message_templates(site: Path | None = None) -> Rows:
    """Rows of message_template. Raises ValueError where a template asks for anything but {title} and {hotline}."""
    hotline = general_hotline(site)
    rows = []
    for template in parameter_document(MESSAGES, site):
        try:
            text = template["zh"].format(title="{title}", hotline=hotline)
        except (KeyError, IndexError) as error:
            raise ValueError(f"{template['event']}: a message may name {{title}} and {{hotline}} only") from error
        rows.append({"event": template["event"], "text": text})
    return rows
