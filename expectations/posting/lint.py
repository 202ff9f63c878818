"""The findings of a list: which kind of thing is shown, and where. Never what it says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path

from expectations.posting.document import Document, Line, read
from warehouse.normalise import personal_numbers as numbers
from warehouse.normalise.personal_numbers import BOUNDARY, ID_LENGTH, composed, is_id, passes_luhn, plain

KINDS = {
    "id_number": ("身份号码", "an id number"),
    "account": ("银行账号", "a bank account"),
    "telephone": ("个人电话", "a person's telephone"),
    "address": ("详细住址", "a full address"),
    "unchecked": (
        "无法检查的内容（图片、加密或未知格式）",
        "content that cannot be checked: picture, encrypted, unknown",
    ),
}

_NUMBER = r"[\d〇零一二三四五六七八九十百]{1,6}"
_PLACE = r"(?:村|庄|屯|寨|社区|小区|花园|家园|公寓|苑|组|队|路|街|巷|胡同|弄|大道|宿舍|家属院)"
_GAP = r"[^，。；;、\s第〔〕\[\]【】字函发\x1f]{0,8}?"
_HOUSE = re.compile(
    rf"{_PLACE}\x1f?{_GAP}\x1f?(?<!第){_NUMBER}\s*号(?!文|公告|令|通知|决定|窗口|线|标|井|地块|台区|文件)"
    rf"|{_NUMBER}\s*号楼"
)
_FLAT = re.compile(
    rf"{_NUMBER}\s*单元|{_NUMBER}\s*(?:栋|幢|号楼|座)\S{{0,6}}?{_NUMBER}\s*(?:室|户)|门牌\S{{0,3}}{_NUMBER}"
    rf"|(?:小区|花园|家园|苑|公寓|社区|新村)\x1f?\s*\d+\s*[-—#]\s*\d+"
)
_OFFICE = re.compile(
    r"政府|办公|卫生院|服务中心|服务大厅|派出所|便民|医院|监督|举报|咨询|投诉|热线|服务电话|受理|窗口|办事处|村委|居委"
)
_TELEPHONE_HEADING = re.compile(r"电话|手机|联系方式|联系号码|座机|TEL|PHONE|MOBILE", re.IGNORECASE)
_ACCOUNT_HEADING = re.compile(r"账号|帐号|账户号|卡号|存折|银行卡|一卡通号|ACCOUNT|CARD", re.IGNORECASE)
_ID_HEADING = re.compile(r"身份证|身份号码|证件号|IDNUMBER|IDNO|IDCARD", re.IGNORECASE)
_HEADING_LINES = 6
_NOTE_CELLS = 2
# An id needs more than half of the rows that could hold one, an account or telephone four in five.
_ID_SHARE, _OTHER_SHARE = Fraction(1, 2), Fraction("0.8")
_LEAST_ROWS = 3
_LOCAL_TELEPHONE = re.compile(r"^\d{7,8}$")


# How the places of a document are called in Chinese; names of its parts and elements stay as they are.
_PLACES = (
    (re.compile(r"^sheet (\d+) ?"), r"第\1张表"),
    (re.compile(r"(?:row|line) (\d+)$"), r"第\1行"),
    (re.compile(r"^file$"), "整个文件"),
    (re.compile(r"^comment$"), "批注"),
)


@dataclass(frozen=True, order=True)
class Finding:
    """Something that must not be posted: its kind and its place in the file."""

    kind: str
    place: str

    def words(self) -> str:
        """The finding in words, Chinese first."""
        zh, en = KINDS[self.kind]
        return f"{self._place_zh()}：{zh} / {self.place}: {en}"

    def _place_zh(self) -> str:
        words = self.place
        for pattern, spelt in _PLACES:
            words = pattern.sub(spelt, words)
        return words


def _is_note(line: Line) -> bool:
    """A title or a note below the table, not a record of a person."""
    return 0 < sum(1 for cell in line.cells if cell.strip()) <= _NOTE_CELLS


def _shown(text: str, *, note: bool) -> set[str]:
    """Kinds shown by one piece of plain text. An office may give its own telephone and address, in a note."""
    office = note and bool(_OFFICE.search(text))
    found = set(numbers.kinds(text))
    if "landline" in found:
        found.remove("landline")
        if not office:
            found.add("telephone")
    if _FLAT.search(text) or (_HOUSE.search(text) and not office):
        found.add("address")
    return found


def _columns_by_heading(lines: list[Line]) -> dict[int, str]:
    """Columns whose heading announces a number of a person: a reason to look closer, never one to look away."""
    patterns = {"telephone": _TELEPHONE_HEADING, "account": _ACCOUNT_HEADING, "id_number": _ID_HEADING}
    announced = {}
    for line in lines[:_HEADING_LINES]:
        if _is_note(line):
            continue
        for column, cell in enumerate(line.cells):
            heading = re.sub(r"\s", "", cell)
            if re.search(r"\d|监督|举报|咨询", heading):
                continue
            for kind, pattern in patterns.items():
                if pattern.search(heading):
                    announced[column] = kind
    return announced


def _announced(kind: str, cell: str) -> bool:
    """Whether a value below a telling heading is what the heading says."""
    compact = re.sub(r"[\s\-]", "", cell)
    if kind == "telephone":
        return bool(_LOCAL_TELEPHONE.match(compact))
    return bool(re.search(r"\d{8,}", compact))


class _Splits:
    """Numbers that are whole only across cells. What a row may form by chance needs several rows as proof."""

    def __init__(self) -> None:
        self.certain: set[Finding] = set()
        self._formed: Counter[tuple[str, tuple[int, ...]]] = Counter()
        self._valid: Counter[tuple[str, tuple[int, ...]]] = Counter()
        self._first: dict[tuple[str, tuple[int, ...]], str] = {}

    def _count(self, kind: str, cells: tuple[int, ...], place: str, *, valid: bool) -> None:
        self._formed[kind, cells] += 1
        self._valid[kind, cells] += valid
        if valid:
            self._first.setdefault((kind, cells), place)

    def look(self, line: Line, texts: list[str]) -> None:
        """Looks at one line, its cells in plain text."""
        for groups in numbers.runs(BOUNDARY.join(texts)):
            for part in composed(groups, ID_LENGTH):
                cells = tuple(dict.fromkeys(group.cell for group in part))
                number = "".join(group.digits for group in part)
                if len(cells) == 2:
                    if is_id(number):
                        self.certain.add(Finding("id_number", line.place))
                elif len(cells) > 2 and numbers.has_id_shape(number):
                    self._count("id_number", cells, line.place, valid=is_id(number))
        whole = [
            (column, compact)
            for column, text in enumerate(texts)
            if re.fullmatch(r"\d+[Xx]?", compact := re.sub(r"[\s\-]", "", text))
        ]
        for (a, first), (b, second) in combinations(whole, 2):
            self._look_at_pair(line, (a, first), (b, second))

    def _look_at_pair(self, line: Line, a: tuple[int, str], b: tuple[int, str]) -> None:
        for (left, head), (right, tail) in ((a, b), (b, a)):
            joined = head + tail
            if len(joined) == ID_LENGTH and is_id(joined):
                self.certain.add(Finding("id_number", line.place))
            if not joined.isdigit() or right != left + 1:
                continue
            if len(joined) == 11 and min(len(head), len(tail)) in (3, 4):
                with_date = numbers.is_date(head) or numbers.is_date(tail)
                is_mobile = bool(re.match("1[3-9]", joined)) and not with_date
                self._count("telephone", (left, right), line.place, valid=is_mobile)
            if 16 <= len(joined) <= 19 and min(len(head), len(tail)) >= 4:
                if joined.startswith("62") and passes_luhn(joined):
                    self.certain.add(Finding("account", line.place))
                self._count("account", (left, right), line.place, valid=passes_luhn(joined))

    def findings(self) -> set[Finding]:
        """What is certain, and what holds for so many rows that it is no chance."""
        found = set(self.certain)
        for (kind, cells), formed in self._formed.items():
            valid = self._valid[kind, cells]
            needed = _ID_SHARE if kind == "id_number" else _OTHER_SHARE
            enough = 1 if kind == "id_number" else _LEAST_ROWS
            if valid >= enough and Fraction(valid, formed) > needed:
                found.add(Finding(kind, self._first[kind, cells]))
        return found


def _columns_down(lines: list[Line], texts: list[list[str]]) -> set[Finding]:
    """Ids of which one part stands below the other."""
    found = set()
    for place in range(len(texts) - 1):
        for upper, lower in zip(texts[place], texts[place + 1], strict=False):
            joined = re.sub(r"[\s\-]", "", upper + lower)
            if len(joined) == ID_LENGTH and upper.strip() and lower.strip() and is_id(joined):
                found.add(Finding("id_number", lines[place].place))
    return found


def lint_lines(lines: list[Line]) -> list[Finding]:
    """Findings of the rows of a table."""
    found: set[Finding] = set()
    splits = _Splits()
    announced = _columns_by_heading(lines)
    texts = [[plain(cell) for cell in line.cells] for line in lines]
    for line, cells in zip(lines, texts, strict=True):
        note = _is_note(line)
        for column, cell in enumerate(cells):
            if not cell.strip():
                continue
            kinds = _shown(cell, note=note)
            if column in announced and _announced(announced[column], cell):
                kinds.add(announced[column])
            found |= {Finding(kind, line.place) for kind in kinds}
        for left, right in pairwise(cells):
            if re.match(rf"\s*(?:{_NUMBER}\s*(?:号|单元|栋|幢|室|排)|\d+\s*[-—#]\s*\d+)", right) and (
                _HOUSE.search(f"{left}{BOUNDARY}{right}") or _FLAT.search(f"{left}{BOUNDARY}{right}")
            ):
                found.add(Finding("address", line.place))
        splits.look(line, cells)
    return sorted(found | splits.findings() | _columns_down(lines, texts))


def _lint_loose(pieces: Iterable[tuple[str, str]]) -> set[Finding]:
    return {
        Finding(kind, place)
        for place, text in pieces
        if text and text.strip()
        for kind in _shown(plain(text), note=True)
    }


def lint_document(document: Document) -> list[Finding]:
    """Findings of everything a file holds."""
    found = set(lint_lines(document.lines)) | _lint_loose(document.loose)
    found |= {Finding("unchecked", place) for place in document.unchecked}
    return sorted(found)


def lint_file(path: Path) -> list[Finding]:
    """Findings of a file; none means that it may be posted."""
    return lint_document(read(path))
