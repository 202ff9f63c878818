"""Whatever a user sees is there in Chinese, first, and in English."""

import re
from itertools import chain

import pytest
import typer

from assets.registries.manifest import reasons
from expectations.bridge.checks import checks_of
from expectations.rules import read_rules
from pipelines.cli import app
from pipelines.definitions import build
from warehouse.catalogue import catalogue
from warehouse.home import Home
from warehouse.parameters import declared_indicators, declared_terms, read_place

FOUND = catalogue()
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Names of settings and of things that have no other name in Chinese.
LATIN_ONLY = re.compile(r"[A-Za-z]{2,}")
# Behind a Chinese word, or around one, Chinese has marks of its own: ，；：？！（）
FOREIGN_MARK = re.compile(r"[\u4e00-\u9fff”）][,;:?!()]|[,;()](?=[\u4e00-\u9fff])|\([^()]*[\u4e00-\u9fff]|（[^（）]*\)")


def pair_is_good(zh: str, en: str) -> bool:
    return bool(CHINESE.search(zh)) and not CHINESE.search(en) and bool(LATIN_ONLY.search(en))


def says_both(text: str) -> bool:
    """Chinese, a slash or a new paragraph, then English."""
    match = CHINESE.search(text)
    if not match:
        return False
    behind = re.split(r" / |\n\n|\*\* · ", text)
    return any(not CHINESE.search(part) and LATIN_ONLY.search(part) for part in behind[1:])


def declared_pairs():
    for rule in read_rules().values():
        yield f"rule {rule.code}", rule.zh, rule.en
        yield f"rule {rule.code} action", rule.action_zh, rule.action_en
    for kind in reasons().values():
        for code, words in kind.items():
            yield f"reason {code}", words["zh"], words["en"]
    for check in chain.from_iterable(checks_of(FOUND, table) for table in FOUND.tables):
        yield f"check {check.table}.{check.name}", check.zh, check.en
    for term in declared_terms():
        yield f"term {term.name}", term.zh, term.en
    for indicator in declared_indicators():
        yield f"indicator {indicator.indicator}", indicator.zh, indicator.en
        yield f"indicator {indicator.indicator} meaning", indicator.meaning_zh, indicator.meaning_en
    for layout in FOUND.layouts.values():
        yield f"registry {layout.registry}", layout.zh, layout.en
        yield f"registry {layout.registry} owner", layout.owner_zh, layout.owner_en
    for table, contract in FOUND.tables.items():
        yield f"table {table}", contract.zh, contract.en
        yield f"grain of {table}", contract.grain_zh, contract.grain_en
        if contract.why_differs_zh or contract.why_differs_en:
            yield f"why {table} differs", contract.why_differs_zh or "", contract.why_differs_en or ""
        for column in contract.columns:
            yield f"column {table}.{column.name}", column.zh, column.en
    for table, model in FOUND.models.items():
        yield f"model {table}", model.zh, model.en
    place = read_place(max(term.versions[-1].valid_from for term in declared_terms()))
    yield "place", place.zh, place.en


def test_everything_declared_has_words_in_both_languages():
    pairs = list(declared_pairs())
    assert len(pairs) > 300
    assert [what for what, zh, en in pairs if not pair_is_good(zh, en)] == []


def test_chinese_words_have_chinese_marks():
    assert [f"{what}: {zh}" for what, zh, _ in declared_pairs() if FOREIGN_MARK.search(zh)] == []


@pytest.mark.parametrize("text", ["打不开,请重导", "表头行(前 20 行内)", "编号已损坏（如 3.70E+17)，请改", "办结;"])
def test_a_foreign_mark_is_found(text):
    assert FOREIGN_MARK.search(text)


def test_codes_have_chinese_words():
    for contract in FOUND.tables.values():
        for column in contract.columns:
            assert all(CHINESE.search(meaning) for meaning in (column.codes or {}).values()), column.name


COMMANDS = typer.main.get_command(app)


@pytest.mark.parametrize("name", sorted(COMMANDS.commands))
def test_every_command_helps_in_both_languages(name):
    command = COMMANDS.commands[name]
    assert says_both(command.help or ""), name
    for parameter in command.params:
        help_text = getattr(parameter, "help", None)
        if help_text and parameter.name != "help":
            assert says_both(help_text), f"{name} {parameter.name}"


def test_the_command_itself_helps_in_both_languages():
    assert says_both(COMMANDS.help or "")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    definitions = build(Home(tmp_path_factory.mktemp("home")))
    return definitions.get_repository_def()


def test_dagster_describes_everything_in_both_languages(repository):
    described = {job.name: job.description for job in repository.get_all_jobs() if not job.name.startswith("__")}
    described |= {schedule.name: schedule.description for schedule in repository.schedule_defs}
    described |= {sensor.name: sensor.description for sensor in repository.sensor_defs}
    graph = repository.asset_graph
    described |= {key.to_user_string(): graph.get(key).description for key in graph.get_all_asset_keys()}
    checks = {key: graph.get(key) for key in graph.asset_check_keys}
    described |= {f"{key.asset_key.to_user_string()}.{key.name}": check.description for key, check in checks.items()}
    assert len(described) > 100
    assert [name for name, text in described.items() if not says_both(text or "")] == []


@pytest.mark.parametrize("text", ["只有中文", "English only", "中文 / 还是中文", ""])
def test_one_language_is_not_two(text):
    assert not says_both(text)
    assert not pair_is_good(text, text)
