"""The house: what may lie where, and what no file may say."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE_FOLDERS = {"pipelines", "assets", "expectations", "warehouse", "tests"}
OTHER_FOLDERS = {"docs", ".ci", "benchmarks"}
MEASUREMENTS = "benchmarks/"
# Names under which anything gathers: what such a module holds belongs to the module that has a reason for it.
DUMPING_GROUND = re.compile(r"(^|/)(helpers?|utils?|misc|stuff|tools|lib)(\.py|/)")
TECHNOLOGY = re.compile(r"(^|/)(duckdb|polars|dagster|spark|pandas|gx|great_expectations|sql|python|yaml)/")
# Written so that this file does not hold what it looks for.
PACKAGE_HOST = re.compile(
    r"\b(pypi[.]org|pythonhosted[.]org|registry[.]npmjs|deb[.]debian[.]org|proxy[.]golang)|mirrors?[.]\w+[.](com|cn|edu)"
)
MACHINE_PATH = re.compile(r"(?<![\w.$}>])/(work|tmp|root|home/\w+|Users/\w+)/")
ADDRESS = re.compile(r"https?://|--(extra-)?index-url|--find-links|--trusted-host")


def tracked():
    listed = subprocess.run(
        [shutil.which("git") or "git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


FILES = tracked()


def text_of(name):
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def lines_matching(pattern, files):
    return [
        f"{name}:{number}"
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_folders_are_the_ones_of_the_house():
    assert {name.split("/")[0] for name in FILES if "/" in name} <= CODE_FOLDERS | OTHER_FOLDERS


def test_code_lies_in_its_folders():
    outside = [name for name in FILES if name.endswith((".py", ".sql")) and name.split("/")[0] not in CODE_FOLDERS]
    assert [name for name in outside if not name.startswith(MEASUREMENTS)] == [".ci/summary.py"]


def test_nothing_is_a_dumping_ground():
    assert [name for name in FILES if DUMPING_GROUND.search(name)] == []


def test_no_folder_is_named_after_a_technology():
    assert [name for name in FILES if TECHNOLOGY.search(name)] == []


def test_every_package_says_what_belongs_in_it():
    for name in FILES:
        if name.endswith("__init__.py") and not name.startswith(("tests/", MEASUREMENTS)):
            text = text_of(name)
            assert text.startswith('"""'), name
            if name.count("/") == 1:
                assert "Does not belong here" in text, name


def test_no_file_names_a_package_host_or_a_path_of_a_machine():
    files = {name: text_of(name) for name in FILES}
    assert lines_matching(PACKAGE_HOST, files) == []
    assert lines_matching(MACHINE_PATH, files) == []


def test_pinned_requirements_carry_hashes_and_no_addresses():
    pinned = {name: text_of(name) for name in FILES if re.fullmatch(r"requirements.*\.txt", name)}
    assert {"requirements.txt", "requirements-spark.txt", "requirements-browser.txt"} <= set(pinned)
    assert lines_matching(ADDRESS, pinned) == []
    for name, text in pinned.items():
        entries = re.findall(r"^[a-z0-9][^\n]*", text, re.MULTILINE)
        assert len(entries) > 50, name
        for entry in re.split(r"\n(?=[a-z0-9])", text):
            if re.match(r"[a-z0-9]", entry):
                assert "==" in entry and "--hash=sha256:" in entry, f"{name}: {entry.splitlines()[0]}"


@pytest.mark.parametrize(
    "line",
    [
        "see https://pypi" + ".org/project/x",
        "deb http://deb" + ".debian.org/debian bookworm main",
        "open('/" + "tmp/x')",
        "cd /" + "work/main",
        "PATH=/" + "home/somebody/bin",
    ],
)
def test_a_host_or_path_is_found(line):
    found = lines_matching(PACKAGE_HOST, {"f": line}) + lines_matching(MACHINE_PATH, {"f": line})
    assert found == ["f:1"]


@pytest.mark.parametrize("name", ["assets/utils.py", "warehouse/helpers/x.py", "pipelines/helper.py"])
def test_a_dumping_ground_is_found(name):
    assert DUMPING_GROUND.search(name)
