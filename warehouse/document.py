"""Reading the YAML files in which facts are declared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# The same safe loader, in C where PyYAML was built with it: some hundred and fifty files are read at every start.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """What a YAML file says; None where it is empty. Raises yaml.YAMLError where it is no YAML."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader, either way
