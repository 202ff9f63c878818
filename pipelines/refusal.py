"""What a command answers when it cannot do what it was asked: words and an exit code, never a traceback.

Belongs here: how commands refuse, and what several of them say. What one command alone says stays with it.
"""

from __future__ import annotations

import errno
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

from rich.cells import cell_len
from typer.core import TyperGroup
from typer.exceptions import TyperException

from pipelines import usage
from pipelines.screen import screen
from warehouse.document import DeclarationError
from warehouse.files import DamagedFileError
from warehouse.process import was_interrupted

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130
_INTERRUPTED_WORDS = "已中断，已完成的部分不会丢失 / interrupted; what is done is kept"
NOTHING_RUN = "还没有运行过，请先运行 hedui run / nothing was run yet: run `hedui run` first"
NOTHING_PUBLISHED = "还没有发布任何结果，请先运行 hedui run / nothing is published yet: run `hedui run` first"
# What the system says of files in English alone.
_OF_FILES = {
    errno.ENOENT: "没有这个文件或文件夹 / no such file or folder",
    errno.EACCES: "没有读写权限 / no permission",
    errno.EPERM: "没有读写权限 / no permission",
    errno.EROFS: "这里只能读 / it is read-only here",
    errno.EISDIR: "是文件夹，不是文件 / it is a folder, not a file",
    errno.ENOTDIR: "是文件，不是文件夹 / it is a file, not a folder",
    errno.EFBIG: "文件超过允许的大小 / the file is larger than is allowed",
    errno.ENOSPC: "磁盘已满 / the disk is full",
    errno.EDQUOT: "磁盘配额已满 / the disk quota is used up",
}


# DuckDB and polars take a path with these for a pattern of paths or another path, Dagster's database % for an escape.
_PATTERN = re.compile(r"[%*?\[\]\\]")


class RefusedError(Exception):
    """A command does not do what it was asked. The message is for whoever asked."""

    def __init__(self, words: str, code: int = FAILED) -> None:
        super().__init__(words)
        self.code = code


def never_published(day: object) -> RefusedError:
    """What is said of a day that was asked for and never published."""
    return RefusedError(f"{day} 没有发布过 / was never published", WRONG_USAGE)


def _of_file(error: OSError) -> str:
    why = _OF_FILES.get(error.errno or 0, f"不能读写 / it cannot be read or written ({error.strerror})")
    return f"{error.filename}: {why}" if error.filename else why


def _in_lines(words: str, width: int) -> str:
    """Words in two languages, the second on a line of its own where both do not fit; paths are left whole."""
    return "\n".join(
        " /\n  ".join(line.rsplit(" / ", 1)) if cell_len(line) > width else line for line in words.splitlines()
    )


def _refuse(words: str, code: int) -> NoReturn:
    console = screen(errors=True)
    console.print(_in_lines(f"✗ {words}", console.width), markup=False, soft_wrap=True)
    sys.exit(code)


class Commands(TyperGroup):
    """Commands that may refuse. Wrong usage, and a file that the system does not give, are told in words too."""

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **options: Any) -> Any:
        """Reads what stands before the command's name."""
        is_bare = not args
        if is_bare or {"-h", "--help"}.intersection(args):
            usage.speak_both_languages(self)
        try:
            return super().make_context(info_name, args, *more, **options)
        except TyperException as error:
            if is_bare:
                raise  # the help page
            _refuse(usage.words(error), error.exit_code)

    def invoke(self, ctx: Any) -> object:
        """Runs the command; what it refuses is printed on standard error."""
        try:
            return super().invoke(ctx)
        except RefusedError as refusal:
            words, code = str(refusal), refusal.code
        except TyperException as error:
            words, code = usage.words(error), error.exit_code
        except DeclarationError as error:
            words, code = str(error), FAILED
        except BrokenPipeError:
            raise  # whoever read the output has gone: the command line library ends quietly
        except OSError as error:
            words, code = _of_file(error), FAILED
        except DamagedFileError as error:
            words, code = str(error), FAILED
        except (KeyboardInterrupt, RuntimeError) as error:
            if not was_interrupted(error):
                raise
            words, code = _INTERRUPTED_WORDS, INTERRUPTED
        except Exception as error:
            from pipelines.older_warehouse import why_not_there

            if (older := why_not_there(ctx.obj, error)) is None:
                raise
            words, code = older, FAILED
        _refuse(words, code)


def why_no_home(path: Path) -> str | None:
    """Why a folder cannot be a home, in words; None where it can."""
    try:
        str(path).encode()
    except UnicodeEncodeError:  # bytes of another encoding, or a system that is not set to this one
        return (
            "路径不是 UTF-8 编码，请换一个文件夹，或把系统语言设为 UTF-8 的 / "
            "the path is not in UTF-8: choose another folder, or set the system's language to one in UTF-8"
        )
    if not _PATTERN.search(str(path)):
        return None
    return "路径中不能有 % * ? [ ] \\，请换一个文件夹 / a path with % * ? [ ] \\ cannot be used: choose another folder"


def require_home(path: Path) -> None:
    """Raises RefusedError where a folder cannot be a home."""
    if words := why_no_home(path):
        raise RefusedError(f"{path}: {words}", WRONG_USAGE)


def require_files(*paths: Path) -> None:
    """Raises RefusedError where one is no file."""
    for path in paths:
        if path.is_dir():
            raise RefusedError(f"这是文件夹，请写其中的文件 / a folder: name the files in it: {path}", WRONG_USAGE)
        if not path.is_file():
            raise RefusedError(f"没有这个文件 / no such file: {path}", WRONG_USAGE)
