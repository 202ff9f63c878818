"""Runs of digits: reading them however they are written, and telling what they are.

Digits are read in any script (full-width, circled, Chinese numerals), with blanks, hyphens and invisible characters
between them. An id counts with its area, date and, where it is put together from pieces, its check character.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from warehouse.normalise.areas import known_prefixes
from warehouse.normalise.citizen_id import CHECK_CHARACTERS, WEIGHTS

ID_LENGTH, OLD_ID_LENGTH = 18, 15
BOUNDARY = "\x1f"  # stands between the cells of a line
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_NUMERALS = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789")
_SPELT_OUT = re.compile(
    r"[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖](?:[\s\-]?[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖]){6,}"
)
_LOOK_ALIKE = re.compile(r"(?<=\d)[OoIl](?=[\dOoIl])|(?<=\d[OoIl])[OoIl](?=\d)")
_GAP = r"[\s\-_.·•、,，/\\|:：;；'\"()（）\[\]—–~+]{0,3}"
_RUN = re.compile(rf"\d(?:{_GAP}{BOUNDARY}?{_GAP}\d)*(?:{_GAP}{BOUNDARY}?{_GAP}[Xx](?![A-Za-z]))?")
_GROUP = re.compile(r"\d+[Xx]?|[Xx]")
_WRITTEN_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d{2}(?:\s*[-./年]\s*)(?:0?[1-9]|1[0-2])(?:\s*[-./月]\s*)(?:[12]\d|3[01]|0?[1-9])日?(?!\d)"
    r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2})?)?"
)
_AMOUNT = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?(?!\d)|(?<![\d.])\d{1,9}\.\d{1,2}(?![\d.])")
_EXPONENT = re.compile(r"(?<![\w.])\d(?:\.\d+)?[Ee]\+?(1[0-9]|2[0-9])(?!\d)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?<!\d)[(（]?0\d{2,3}[)）]?[-\s—－]{0,2}\d{7,8}(?!\d)")
_SERIAL = re.compile(r"20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4,6}")
_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
_CREDIT_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MASK = "*＊×●○■□#※"
_MASKED = re.compile(rf"(?:\d|[{_MASK}]|[xX]{{3,}})+[xX]?")
_LEAST_MASKED, _LEAST_MASKED_OF_TELEPHONE = 6, 4
_DIVISION_CODE_LENGTH = 12
_SHORTEST_ACCOUNT, _LONGEST_ACCOUNT = 12, 21


def plain(text: str) -> str:
    """A text with every digit as 0-9, without invisible characters."""
    text = _INVISIBLE.sub("", text)
    text = "".join(str(unicodedata.digit(c)) if unicodedata.digit(c, None) is not None else c for c in text)
    text = unicodedata.normalize("NFKC", text)
    text = _SPELT_OUT.sub(lambda found: found[0].translate(_NUMERALS), text)
    return _LOOK_ALIKE.sub(lambda found: "0" if found[0] in "Oo" else "1", text)


def is_date(digits: str) -> bool:
    """Whether eight digits are a day of the calendar."""
    if len(digits) != 8:
        return False
    try:
        year = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).year
    except ValueError:
        return False
    return 1880 <= year <= 2100


def has_id_shape(number: str) -> bool:
    """An area of a province and a day of birth at the right places of 18 characters."""
    return len(number) == ID_LENGTH and number[:2] in _provinces() and number[:17].isdigit() and is_date(number[6:14])


def is_id(number: str) -> bool:
    """An id with a known area, a date and the right check character."""
    if not has_id_shape(number) or number[:6] not in known_prefixes():
        return False
    total = sum(int(digit) * int(weight) for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return chr(CHECK_CHARACTERS[total % 11]) == number[17].upper()


def is_old_id(digits: str) -> bool:
    """A 15-digit id: area, date without century, sequence."""
    return len(digits) == OLD_ID_LENGTH and digits[:6] in known_prefixes() and is_date("19" + digits[6:12])


@cache
def _provinces() -> frozenset[str]:
    return frozenset(code[:2] for code in known_prefixes())


def passes_luhn(digits: str) -> bool:
    """The check that bank card numbers pass."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_credit_code(code: str) -> bool:
    """A unified social credit code (GB 32100) with a known area and the right check character: an organisation's.

    A number that may be a person's id is never taken for one.
    """
    if not _CREDIT_CODE.fullmatch(code) or has_id_shape(code) or code[2:8] not in known_prefixes():
        return False
    total = sum(_CREDIT_SYMBOLS.index(symbol) * pow(3, place, 31) for place, symbol in enumerate(code[:17]))
    return _CREDIT_SYMBOLS[(31 - total % 31) % 31] == code[17]


@dataclass(frozen=True)
class Group:
    """Digits without a gap, and the cell of the line in which they stand."""

    digits: str
    cell: int


def runs(text: str) -> Iterator[list[Group]]:
    """Digits that stand together but for a few separators or the edge of a cell, as lists of groups."""
    for run in _RUN.finditer(text):
        cell = text.count(BOUNDARY, 0, run.start())
        groups: list[Group] = []
        for place, part in enumerate(run[0].split(BOUNDARY)):
            for found in _GROUP.findall(part):
                if found in "Xx" and groups:
                    groups[-1] = Group(groups[-1].digits + found, groups[-1].cell)
                else:
                    groups.append(Group(found, cell + place))
        yield groups


def composed(groups: list[Group], length: int) -> Iterator[list[Group]]:
    """Consecutive groups that have exactly `length` characters together."""
    for first in range(len(groups)):
        total = 0
        for last in range(first, len(groups)):
            total += len(groups[last].digits)
            if total >= length:
                if total == length:
                    yield groups[first : last + 1]
                break


def without_dates_and_amounts(text: str) -> str:
    """A text in which dates, amounts and organisations' codes are blanked, so that they cannot run together."""
    text = _CREDIT_CODE.sub(lambda found: "、" * 4 if is_credit_code(found[0]) else found[0], text)
    text = _WRITTEN_DATE.sub("年" * 4, text)
    return _AMOUNT.sub("元" * 4, text)


def _contiguous(digits: str) -> str | None:
    """What digits without any gap are."""
    count = len(digits)
    if has_id_shape(digits) or is_old_id(digits):
        return "id_number"
    number = digits.rstrip("Xx")
    if _MOBILE.fullmatch(number) or (count in (12, 13, 15) and re.fullmatch(r"(?:0|86|0086)1[3-9]\d{9}", number)):
        return "telephone"
    if (count == _DIVISION_CODE_LENGTH and digits[:6] in known_prefixes()) or _SERIAL.fullmatch(number):
        return None
    return "account" if len(number) >= _SHORTEST_ACCOUNT else None


def _in_groups(groups: list[Group]) -> str | None:
    """What several groups of one cell are together."""
    for part in composed(groups, ID_LENGTH):
        if is_id("".join(group.digits for group in part)):
            return "id_number"
    digits = "".join(group.digits for group in groups)
    if is_old_id(digits):
        return "id_number"
    if re.fullmatch(r"(?:0?0?86)?1[3-9]\d{9}", digits):
        return "telephone"
    sizes = [len(group.digits) for group in groups]
    fours = len(sizes) >= 4 and set(sizes[:-1]) == {4} and sizes[-1] <= 4
    if 16 <= len(digits) <= _LONGEST_ACCOUNT and (fours or (digits.startswith("62") and passes_luhn(digits))):
        return "account"
    return None


def _masked(text: str) -> Iterator[str]:
    """Numbers with too few characters masked to protect anybody."""
    for found in _MASKED.findall(text):
        hidden = sum(found.count(symbol) for symbol in _MASK) + sum(map(len, re.findall(r"[xX]{3,}", found)))
        if not hidden or not any(c.isdigit() for c in found):
            continue
        if len(found) == 11 and found[0] == "1":
            if hidden < _LEAST_MASKED_OF_TELEPHONE:
                yield "telephone"
        elif len(found) >= OLD_ID_LENGTH and hidden < _LEAST_MASKED:
            yield "id_number" if len(found) <= ID_LENGTH else "account"


def kinds(text: str) -> Iterator[str]:
    """What a piece of plain text (one cell, one paragraph) shows: id_number, account, telephone, landline."""
    if _EXPONENT.search(text):
        yield "id_number"
    yield from _masked(text)
    for groups in runs(text):
        for part in composed(groups, ID_LENGTH):
            if len(part) > 1 and is_id("".join(group.digits for group in part)):
                yield "id_number"
    scrubbed = without_dates_and_amounts(text)
    for groups in runs(scrubbed):
        for group in groups:
            if kind := _contiguous(group.digits):
                yield kind
        if len(groups) > 1 and (kind := _in_groups(groups)):
            yield kind
    if _LANDLINE.search(scrubbed):
        yield "landline"
