"""Headings with what belongs under each, as a tree on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from rich.tree import Tree

from pipelines.screen import screen

_SHOWN = 20

# A heading and what belongs under it, which again are such pairs.
Part = tuple[str, "Sequence[Part]"]


def _hang(tree: Tree, parts: Sequence[Part]) -> None:
    """Hangs parts below a heading; of many, the first, and how many more there are."""
    for heading, below in parts[:_SHOWN]:
        _hang(tree.add(Text(heading)), below)
    if len(parts) > _SHOWN:
        more = len(parts) - _SHOWN
        tree.add(Text(f"…另有 {more} 项，见 --json / {more} more with --json"))


def show_outline(title: str, parts: Sequence[Part]) -> None:
    """Prints a title and, below it, all its parts."""
    tree = Tree(Text(title), guide_style="dim")
    for heading, below in parts:
        _hang(tree.add(Text(heading)), below)
    screen().print(tree)
