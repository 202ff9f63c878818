"""Reading the YAML files in which facts are declared, and saying what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

# By what an entry of a list is told apart from the others, the first that it has.
_NAMES = ("name", "indicator", "rule", "owner", "registry", "matter_name", "event", "meaning")

# By the beginning of what pydantic calls an error; what it says itself is English alone.
_WORDS = {
    "too_short": (
        "至少要有 {min_length} 项，只有 {actual_length} 项 / needs at least {min_length}, there are {actual_length}"
    ),
    "missing": "没有写 / is missing",
    "extra_forbidden": "没有这一项 / is not known",
    "literal": "只能是 {expected} / must be {expected}",
    "string_pattern": "写法应合 {pattern} / must be written as {pattern}",
    "string": "应为文字（数字、日期请加英文引号） / must be text (figures and dates in quotes)",
    "bool": "应为 true 或 false / must be true or false",
    "finite": "应为数字 / must be a number",
    "float": "应为数字 / must be a number",
    "int": "应为整数 / must be a whole number",
    "decimal": "应为数字 / must be a number",
    "date": "应为日期，如 2026-01-01 / must be a date such as 2026-01-01",
    "path": "应为文件路径 / must be a path",
    "dict": "应为若干“名称: 内容” / must be names with what belongs to them",
    "model": "应为若干“名称: 内容” / must be names with what belongs to them",
    "greater_than_equal": "至少为 {ge} / must be {ge} at least",
    "greater_than": "应大于 {gt} / must be more than {gt}",
    "less_than_equal": "至多为 {le} / must be {le} at most",
    "less_than": "应小于 {lt} / must be less than {lt}",
    "tuple": "应为列表 / must be a list",
    "value_error": "{error}",
}

M = TypeVar("M", bound=BaseModel)


class DeclarationError(ValueError):
    """A file does not say what it should. The message names it and what is wrong, never what stands there."""


def told(error: ValidationError) -> list[str]:
    """What is wrong with a document, and where; never what stands there, which may be a row of a table."""
    found = []
    for each in error.errors():
        words = (words for kind, words in _WORDS.items() if each["type"].startswith(kind))
        where = ".".join(map(str, each["loc"]))
        what = next(words, "不合要求 / does not fit").format_map(each.get("ctx", {}))
        found.append(f"{where}: {what}" if where else what)
    return found


# In C where PyYAML was built with it: some hundred and fifty files are read at every start.
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SAFE):
    """Says in which line a name is written twice, of which YAML takes the last, and a date that no calendar has."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                line = key.start_mark.line + 1
                raise ValueError(f"第 {line} 行：{key.value} 写了两次 / line {line}: {key.value} is written twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_day(self, node: yaml.ScalarNode) -> Any:
        """A date or an instant."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            line = node.start_mark.line + 1
            raise ValueError(f"第 {line} 行：{node.value} 没有这一天 / line {line}: there is no {node.value}") from None


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_day)


def read_yaml(path: Path) -> Any:
    """What a YAML file says; None where it is empty. Raises yaml.YAMLError where it is no YAML."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Names the file in whatever is found to be wrong with it. Raises DeclarationError."""
    try:
        yield
    except DeclarationError:
        raise
    except ValidationError as error:
        raise DeclarationError("\n  ".join((f"{path}:", *told(error)))) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DeclarationError(f"{path}: 第 {line} 行附近不合 YAML 写法 / no YAML near line {line}") from None
    except UnicodeDecodeError:
        raise DeclarationError(f"{path}: 请存为 UTF-8 / save it as UTF-8") from None
    except KeyError as error:
        raise DeclarationError(f"{path}: {error.args[0]}: 没有写 / is missing") from None
    except (ValueError, yaml.YAMLError) as error:
        raise DeclarationError(f"{path}: {error}") from error


def read_as(model: type[M], path: Path) -> M:
    """A file that holds one declaration. Raises DeclarationError where it does not."""
    with reading(path):
        return model.model_validate(read_yaml(path))


def read_each(model: type[M], path: Path) -> tuple[M, ...]:
    """A file that holds a list of declarations. Raises DeclarationError where it does not."""
    with reading(path):
        document = read_yaml(path)
        if not isinstance(document, list):
            raise ValueError("应为列表 / must be a list")
        return tuple(
            read_entry(model, path, _name_of(entry, place), entry) for place, entry in enumerate(document, start=1)
        )


def _name_of(entry: Any, place: int) -> str:
    """By what an entry of a list is told: its name, or its place where it has none."""
    names = (str(entry[key]) for key in _NAMES if isinstance(entry, dict) and key in entry)
    return next(names, f"第 {place} 项 / entry {place}")


def read_entry(model: type[M], path: Path, which: object, entry: Any, *hints: str) -> M:
    """An entry of a file. Raises DeclarationError, which names it as told by `which` and ends with the hints."""
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        raise DeclarationError("\n  ".join((f"{path}: {which}:", *told(error), *hints))) from None
