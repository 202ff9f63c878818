"""Importing a module reads no file and no environment: what a module needs it reads when it is asked."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("warehouse", "expectations", "assets", "pipelines")
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
)
# Extras that are not always installed: a module that needs one is looked at where it is.
OPTIONAL = ["pyspark", "py4j"]
# Run in a process of its own. Whatever is opened, started or read from the environment while a module is imported is
# laid at the door of the innermost frame that is not the standard library's: ours means the module did it itself,
# the import machinery's or another package's means it did not.
GUARD = """
import importlib, os, sys, sysconfig
root, modules = sys.argv[1], sys.argv[2:]
library = sysconfig.get_paths()["stdlib"]
ours = tuple(os.path.join(root, name) + os.sep for name in {packages!r})
found = []

def culprit():
    frame = sys._getframe(2)
    while frame:
        name = frame.f_code.co_filename
        if "importlib._bootstrap" in name:
            return None
        if name.startswith(ours):
            return f"{{os.path.relpath(name, root)}}:{{frame.f_lineno}}"
        if not name.startswith((library, "<")) or "site-packages" in name:
            return None
        frame = frame.f_back

def note(what):
    place = culprit()
    if place:
        found.append(f"{{place}} {{what}}")

def audit(event, arguments):
    if event in ("open", "os.listdir", "os.scandir", "subprocess.Popen", "socket.connect", "sqlite3.connect"):
        note(event)

class Watched(type(os.environ)):
    def __getitem__(self, key):
        note("os.environ")
        return super().__getitem__(key)

sys.path.insert(0, root)
os.environ.__class__ = Watched
sys.addaudithook(audit)
for module in modules:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name.split(".")[0] not in {optional!r}:
            raise
print("\\n".join(dict.fromkeys(found)))
"""


def impurities(root, packages, modules):
    script = GUARD.format(packages=list(packages), optional=OPTIONAL)
    result = subprocess.run(
        [sys.executable, "-c", script, str(root), *modules], cwd=root, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.split("\n")[:-1] if result.stdout.strip() else []


def test_no_module_reads_anything_while_it_is_imported():
    assert len(MODULES) > 20
    assert impurities(ROOT, PACKAGES, MODULES) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("from pathlib import Path\nTEXT = Path(__file__).read_text()\n", "open"),
        ("TEXT = open(__file__).read()\n", "open"),
        ("import os\nHOME = os.environ['PATH']\n", "os.environ"),
        ("import os\nHOME = os.environ.get('HEDUI_HOME', 'var')\n", "os.environ"),
        ("import os\nHOME = os.getenv('HEDUI_HOME')\n", "os.environ"),
        ("from pathlib import Path\nFILES = list(Path('.').iterdir())\n", "os.listdir"),
        ("import subprocess\nsubprocess.run(['true'])\n", "subprocess.Popen"),
    ],
)
def test_a_module_that_does_is_found(tmp_path, text, what):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "__init__.py").write_text("import json, csv, email.policy\n", encoding="utf-8")
    (tmp_path / "bad" / "reads.py").write_text(text, encoding="utf-8")
    found = impurities(tmp_path, ["bad"], ["bad", "bad.reads"])
    assert [line for line in found if line.startswith(str(Path("bad") / "reads.py")) and line.endswith(what)]


def test_a_module_that_does_it_when_asked_is_not(tmp_path):
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "__init__.py").write_text(
        "import os\ndef home():\n    return os.environ['X']\n", encoding="utf-8"
    )
    assert impurities(tmp_path, ["good"], ["good"]) == []
