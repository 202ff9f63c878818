"""Small dated lists as rows of reference tables: what the law says of fees, service matters, message templates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from warehouse.parameters.dated import parameter_document

Rows = list[dict[str, Any]]


def fee_rules(site: Path | None = None) -> Rows:
    """Rows of fee_rule: one per name of a fee that is abolished or free, with the day since which it is."""
    document = parameter_document("fee_rules.yaml", site)
    return [
        {"item_name": name, "kind": kind, **{key: value for key, value in rule.items() if key != "names"}}
        for kind in ("abolished", "free")
        for rule in document[kind]
        for name in rule["names"]
    ]


def fee_finding_kinds(site: Path | None = None) -> Rows:
    """Rows of fee_finding_kind: what each finding means, in words."""
    return list(parameter_document("fee_rules.yaml", site)["findings"])


def obsolete_hotlines(day: dt.date, site: Path | None = None) -> Rows:
    """Rows of obsolete_hotline: numbers that must not be printed on a day, and what replaced them."""
    found = parameter_document("fee_rules.yaml", site)["hotlines"]["obsolete"]
    return [
        {"hotline": line["number"], "replaced_by": line["replaced_by"]} for line in found if line["valid_from"] <= day
    ]


def general_hotline(site: Path | None = None) -> str:
    """The line that answers everything."""
    return str(parameter_document("fee_rules.yaml", site)["hotlines"]["general"])


def matters_on(day: dt.date, site: Path | None = None) -> Rows:
    """Rows of service_matter: the latest line of each matter that is in force on a day.

    Raises ValueError where a line does not say one term, in days or in working days.
    """
    latest: dict[str, dict[str, Any]] = {}
    for matter in parameter_document("matters.yaml", site):
        if ("term_days" in matter) == ("working_days" in matter):
            raise ValueError(f"{matter['matter_name']}: a matter has either term_days or working_days")
        known = latest.get(matter["matter_name"])
        if matter["valid_from"] <= day and (known is None or known["valid_from"] <= matter["valid_from"]):
            latest[matter["matter_name"]] = matter
    return list(latest.values())


def message_templates(site: Path | None = None) -> Rows:
    """Rows of message_template. Raises ValueError where a template asks for anything but {title} and {hotline}."""
    hotline = general_hotline(site)
    rows = []
    for template in parameter_document("messages.yaml", site):
        try:
            text = template["zh"].format(title="{title}", hotline=hotline)
        except (KeyError, IndexError) as error:
            raise ValueError(f"{template['event']}: a message may name {{title}} and {{hotline}} only") from error
        rows.append({"event": template["event"], "text": text})
    return rows
