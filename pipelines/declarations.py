"""Whether what is declared holds together, before a day begins: in the software and in <home>/config/."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from assets.identity.day import model_in_force
from assets.mail import config as mail
from assets.registries.day_input import in_force
from expectations.rules import read_rules
from warehouse.catalogue import Catalogue, catalogue
from warehouse.document import DeclarationError
from warehouse.parameters import declared_indicators
from warehouse.parameters.dated import FOLDER, require_editions
from warehouse.parameters.ended_columns import ended_columns
from warehouse.parameters.retention import RUN_RECORDS, days_kept
from warehouse.parameters.working_days import OVERRIDES

_FOLDERS = {"registries": "*.yaml", "contracts": "*.yaml", "models": "*/*.sql", "programmes": "*.yaml"}
_FILES = {mail.FILE, OVERRIDES}


def require_declarations(found: Catalogue, day: dt.date) -> None:
    """Reads all that a day needs. Raises DeclarationError where something is missing or contradicts itself."""
    _require_models(found)
    try:
        in_force(day, found)
        require_editions(found.site)
        ended_columns(found.site)
        model_in_force(found.site)
        days_kept(RUN_RECORDS, day, found.site)
    except DeclarationError:
        raise
    except KeyError as error:
        raise DeclarationError(f"{found.site}: {error.args[0]}: 没有写 / is missing") from error
    except (LookupError, ValueError) as error:
        raise DeclarationError(f"{found.site}: {error}") from error


def _require_models(found: Catalogue) -> None:
    """A rule's or an indicator's model and its declaration go together. What is delivered a site may leave out."""
    declared = {indicator.indicator for indicator in declared_indicators(found.site)}
    unknown = set(found.rule_tables) - {rule.table for rule in read_rules().values()}
    unmeasured = declared - set(found.indicator_tables)
    unnamed = set(found.indicator_tables) - set(catalogue().indicator_tables) - declared
    for tables, words in (
        (
            unknown,
            "models/reconciliation/{}.sql: 没有这条规则，查出的不成疑点 / there is no such rule: no case",
        ),
        (unmeasured, "indicators.yaml: {}: 没有模型 village_{}.sql / has no model village_{}.sql"),
        (unnamed, "models/indicators/village_{}.sql: 不在 indicators.yaml 中 / is not in indicators.yaml"),
    ):
        if tables:
            raise DeclarationError("\n".join(words.replace("{}", table) for table in sorted(tables)))


def not_read(site: Path) -> list[str]:
    """What lies in a site's config folder and nothing reads: a misspelt name changes nothing, without a word."""
    if not site.is_dir():
        return []
    known = set(_FOLDERS) | _FILES | {path.name for path in FOLDER.iterdir() if path.suffix in (".yaml", ".csv")}
    found = [path for path in site.iterdir() if path.name not in known]
    for folder, pattern in _FOLDERS.items():
        below = [path for path in (site / folder).rglob("*") if path.is_file()]
        found += [path for path in below if path not in set((site / folder).glob(pattern))]
    return sorted(path.relative_to(site).as_posix() for path in found if not path.name.startswith("."))
