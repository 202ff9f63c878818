"""Wrong usage in words: what the command line library says of it in English, with the Chinese before it.

Belongs here: what is said of a command that cannot be understood, and the titles of help pages. What a command refuses
stays in `refusal`.
"""

from __future__ import annotations

import re

from typer.core import TyperGroup
from typer.exceptions import TyperException

# What the library says, by how it begins or what it contains; the first that is found tells the kind.
_KINDS = {
    r"^No such command": "没有这个命令",
    r"^No such option": "没有这个选项",
    r"^Missing command": "没有写要做什么",
    r"^Missing (argument|option|parameter)": "缺少必须写的内容",
    r"^Got unexpected extra argument": "多写了内容",
    r"requires (an argument|\d+ arguments)": "选项后面要写上值",
    r"does not take a value": "选项后面不能写值",
    r"does not exist": "没有这个文件或文件夹",
    r"is a directory": "是文件夹，不是文件",
    r"is a file": "是文件，不是文件夹",
    r"is not (readable|writable)": "没有读写权限",
    r"(greater|less) than": "数字超出范围",
    r"valid integer": "应写整数",
}
_UNKNOWN = "写法不对"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TITLES = {
    "ARGUMENTS_PANEL_TITLE": "内容 / arguments",
    "OPTIONS_PANEL_TITLE": "选项 / options",
    "COMMANDS_PANEL_TITLE": "命令 / commands",
    "DEFAULT_STRING": "[默认 default: {}]",
    "REQUIRED_LONG_STRING": "[必填 required]",
}
_HELP = "显示这页说明 / show this page"


def speak_both_languages(commands: TyperGroup) -> None:
    """Help pages from now on have titles in both languages, and what they say of themselves too."""
    from typer import rich_utils

    for name, title in _TITLES.items():
        setattr(rich_utils, name, title)
    context = commands.context_class(commands, **commands.context_settings)
    for command in (commands, *commands.commands.values()):
        if option := command.get_help_option(context):
            option.help = _HELP


def words(error: TyperException) -> str:
    """What is wrong, how the command is written, and where its help is. Commands' own words are in both languages."""
    said = error.format_message()
    if _CHINESE.search(error.message):
        told = error.message
    else:
        kind = next((zh for pattern, zh in _KINDS.items() if re.search(pattern, said)), _UNKNOWN)
        told = f"{kind} / {said}"
    context = getattr(error, "ctx", None)
    if context is None:
        return told
    usage = " ".join(context.command.collect_usage_pieces(context))
    return (
        f"{told}\n  用法 / usage: {context.command_path} {usage}\n"
        f"  说明 / help: {context.command_path} {context.help_option_names[0]}"
    )
