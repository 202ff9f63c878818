"""A day's input as tables: what is in force, what was received, handed over and returned."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from assets.cases.corrections import correction_rows
from assets.cases.ledger_input import handover_files, received_return_rows, return_files
from assets.cases.notice_numbers import issued_files
from assets.known import Known, code_version, fingerprint
from assets.registries.delivered_columns import lost_columns
from assets.registries.received import landed_files, received_rows
from expectations.rules import read_measurement, read_rules
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine
from warehouse.engines.engine import Built
from warehouse.engines.transaction import transaction
from warehouse.home import Home
from warehouse.parameters import deadlines_on
from warehouse.parameters.deadlines import DEADLINES_FILE, rules_with_deadlines
from warehouse.parameters.ended_columns import ended_columns
from warehouse.reference import Rows, reference_rows


def rule_rows() -> Rows:
    """Rows of the rule table, each with how often the rule was right on simulated towns."""
    measurement = read_measurement()
    measured = {
        code: {
            "measured_cases": rule.expected,
            "measured_precision": rule.precision,
            "measured_recall": rule.recall,
            "measured_on": " / ".join(measurement.words),
        }
        for code, rule in measurement.rules.items()
    }
    return [
        {"rule_code": rule.code, **rule.model_dump(exclude={"code"}), **measured.get(rule.code, {})}
        for rule in read_rules().values()
    ]


def registry_rows(catalogue: Catalogue) -> Rows:
    """Rows of the registry table."""
    columns = ("registry", "zh", "en", "owner_zh", "owner_en", "recipient", "number_zh", "number_leads_key")
    return [{name: getattr(layout, name) for name in columns} for layout in catalogue.layouts.values()]


def deadline_rows(day: dt.date, catalogue: Catalogue) -> Rows:
    """Rows of case_deadline.

    Raises LookupError where a rule has a look-back limit and no event to hold it against, or there is no such rule.
    """
    rules = read_rules()
    if unknown := sorted(rules_with_deadlines(catalogue.site) - rules.keys()):
        raise LookupError(f"{DEADLINES_FILE}: {'、'.join(unknown)}: 没有这条规则 / there is no such rule")
    found = deadlines_on(day, {code: rule.owner for code, rule in rules.items()}, catalogue.site)
    for deadline in found:
        if deadline.look_back_from and not rules[deadline.rule_code].event:
            raise LookupError(
                f"{deadline.rule_code} 没有可回溯的事项，不能设回溯起点 / the rule has no event to look back to"
            )
    return [asdict(deadline) for deadline in found]


def in_force(day: dt.date, catalogue: Catalogue) -> dict[str, Rows]:
    """Rows of every reference table that says what is in force on a day, by table."""
    return reference_rows(day, catalogue.site) | {
        "rule": rule_rows(),
        "registry": registry_rows(catalogue),
        "case_deadline": deadline_rows(day, catalogue),
    }


def lay_out(engine: DuckDBEngine, home: Home, day: dt.date, known: Known) -> list[Built]:
    """Puts everything the day's models read into the work schema, all of it or nothing.

    That is reference tables, received files and raw rows.
    """
    with transaction(engine.connection):
        return _laid(engine, home, day, known)


def _laid(engine: DuckDBEngine, home: Home, day: dt.date, known: Known) -> list[Built]:
    catalogue = engine.catalogue
    version = code_version(catalogue)
    engine.begin_day(day, version)
    mark = fingerprint(catalogue, known.telling)
    run = {"as_of": day, "fingerprint": mark, "known_at": known.known_at, "code_version": version}
    rows = in_force(day, catalogue) | {
        "received_file": received_rows(
            list(known.extracts), lost_columns(known.extracts, catalogue.layouts, ended_columns(catalogue.site))
        ),
        "received_return": received_return_rows(known.returns),
        "known_input": [{"kind": kind, "input_id": input_id} for kind, input_id in known.inputs],
        "day_input": known.input_rows(day, engine.input_before(day)),
        "listed_correction": correction_rows(home, known.corrections),
        "day_run": [run],
    }
    built = [engine.put_rows(table, content) for table, content in rows.items()]
    extracts = list(known.extracts)
    for table, kind in (("rejected_row", "rejected"), ("cell_notice", "notices")):
        built.append(engine.put_files(table, landed_files(home, extracts, kind)))
    for registry in catalogue.layouts:
        built.append(engine.put_files(f"raw_{registry}", landed_files(home, extracts, "rows", registry)))
    built.append(engine.put_files("handover_case", handover_files(home, known.handovers)))
    built.append(engine.put_files("issued_notice", issued_files(home, known.issued)))
    for table, kind in (("return_row", "rows"), ("rejected_return_row", "rejected")):
        built.append(engine.put_files(table, return_files(home, known.returns, kind)))
    engine.relate()
    return built
