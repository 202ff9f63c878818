"""Settings: where the home is and what Dagster is told of it."""

from __future__ import annotations

import datetime as dt
import os
import shlex
from pathlib import Path

from warehouse.home import DEFAULT_HOME, HOME_VARIABLE, Home

FIRST_DAY = dt.date(2014, 1, 1)  # Dagster has a partition from here on; a day without extracts costs nothing
CODE_LOCATION = "pipelines.definitions"  # Dagster calls the place of definitions by the name of their module
DAGSTER_YAML = Path(__file__).parent.parent / "dagster.yaml"


def current_home(option: Path | None = None) -> Home:
    """The home: the option if given, else HEDUI_HOME, else ./var."""
    return Home((option or Path(os.environ.get(HOME_VARIABLE, DEFAULT_HOME))).resolve())


def command_for(home: Home) -> str:
    """How the command is called for a home: by its name alone where it would take that home by itself."""
    return "hedui" if current_home() == home else f"hedui --home {shlex.quote(str(home.path))}"


def dagster_environment(home: Home) -> dict[str, str]:
    """Environment variables under which Dagster keeps everything below the home."""
    home.prepare()
    target = home.dagster / "dagster.yaml"
    content = DAGSTER_YAML.read_text(encoding="utf-8")
    if not target.exists() or target.read_text(encoding="utf-8") != content:
        target.write_text(content, encoding="utf-8")
    return {
        "DAGSTER_HOME": str(home.dagster),
        "HEDUI_DAGSTER_STORAGE": str(home.dagster / "storage"),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "GX_ANALYTICS_ENABLED": "False",
        HOME_VARIABLE: str(home.path),
    }
