"""Dependencies run one way: warehouse ← expectations ← assets ← pipelines. `make architecture` says the same."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHECK = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, is_debug_mode=False))"
)
DECLARED = """
[tool.importlinter]
root_packages = ["low", "high"]

[[tool.importlinter.contracts]]
name = "one way"
type = "layers"
layers = ["high", "low"]
"""


def lint(folder):
    return subprocess.run(
        [sys.executable, "-c", CHECK], cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8"
    )


def test_layers_point_one_way():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_import_that_points_upwards_is_found(tmp_path):
    (tmp_path / "pyproject.toml").write_text(DECLARED, encoding="utf-8")
    for package, text in (("low", "import high\n"), ("high", "")):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(text, encoding="utf-8")
    result = lint(tmp_path)
    assert result.returncode == 1
    assert "low is not allowed to import high" in result.stdout
