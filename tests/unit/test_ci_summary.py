"""The summary of .ci/run tells what really happened: nothing that failed or did not run counts as passed."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "summary.py"
SUITES = {
    "all pass": ("def test_a():\n    pass\n\ndef test_b():\n    pass\n", (2, 0, 0)),
    "one fails": ("def test_a():\n    pass\n\ndef test_b():\n    assert False\n", (1, 1, 0)),
    "one is skipped": ("import pytest\n\n@pytest.mark.skip\ndef test_a():\n    pass\n", (0, 0, 1)),
    "set-up fails": (
        "import pytest\n\n@pytest.fixture\ndef f():\n    raise OSError\n\ndef test_a(f):\n    pass\n",
        (0, 1, 0),
    ),
    "cannot be collected": ("import nowhere_at_all\n", (0, 1, 0)),
}


@pytest.fixture(scope="module")
def summary():
    specification = importlib.util.spec_from_file_location("ci_summary", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


def run_suite(folder, text, *options):
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    junit = folder / "results.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={junit}", *options]
    environment = {"PATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    code = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode
    return code, junit


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_counts_by_its_tests(summary, tmp_path, name):
    text, counted = SUITES[name]
    code, junit = run_suite(tmp_path, text)
    outcome = summary.outcome("test", code, junit)
    assert (outcome.passed, outcome.failed, outcome.skipped) == counted


def test_no_tests_fail_the_main_suite_and_pass_no_other(summary, tmp_path):
    code, junit = run_suite(tmp_path, SUITES["all pass"][0], "-k", "nothing")
    assert code == pytest.ExitCode.NO_TESTS_COLLECTED
    assert summary.outcome("test", code, junit) == summary.Outcome(0, 1, remark="no tests were collected")
    assert summary.outcome("spark", code, junit) == summary.Outcome(0, 0, remark="no tests were collected")


def test_a_suite_that_never_ran_failed(summary, tmp_path):
    code, junit = run_suite(tmp_path, SUITES["all pass"][0], "--no-such-option")
    assert code == pytest.ExitCode.USAGE_ERROR
    assert summary.outcome("browser", code, junit).failed == 1


def test_a_suite_that_fails_outside_its_tests_failed(summary, tmp_path):
    _, junit = run_suite(tmp_path, SUITES["all pass"][0])
    assert summary.outcome("test", 2, junit) == summary.Outcome(2, 1, remark="failed outside its tests")


def test_the_last_line_adds_up(summary, tmp_path, capsys):
    run_suite(tmp_path, SUITES["one fails"][0])
    (tmp_path / "results.xml").rename(tmp_path / "test.xml")
    (tmp_path / "steps").write_text("test 2 3\nlint 0 1\ntypes 2 4\n", encoding="utf-8")
    assert summary.main(tmp_path) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 2 failed"
