"""Extracts written for tests in the formats registries really use, by libraries other than those that read them."""

from __future__ import annotations

from pathlib import Path

HEALTH = ["人口编码", "姓名", "性别", "出生日期", "公民身份号码", "户籍地村码"]
WANG = ["R1", "王芳", "女", "1980-01-01", "370481198001011028", "370481105200"]
LI = ["R2", "李伟", "男", "1990年2月3日", "370481199002031017", "370481105201"]


def inbox(home: Path, registry: str, name: str) -> Path:
    """The path of a file in a home's inbox."""
    path = home / "inbox" / registry / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write_csv(path: Path, rows: list[list[str | None]], encoding: str = "utf-8", delimiter: str = ",") -> None:
    text = "\r\n".join(delimiter.join(cell or "" for cell in row) for row in rows) + "\r\n"
    path.write_bytes(text.encode(encoding))


def write_xlsx(path: Path, *sheets: list[list[object]]) -> None:
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.active)
    for rows in sheets:
        sheet = workbook.create_sheet()
        for row in rows:
            sheet.append(row)
    workbook.save(path)


def write_xls(path: Path, *sheets: list[list[object]]) -> None:
    import xlwt

    workbook = xlwt.Workbook(encoding="utf-8")
    for number, rows in enumerate(sheets, start=1):
        sheet = workbook.add_sheet(f"Sheet{number}")
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(place, column, value)
    workbook.save(str(path))


def write_html(path: Path, *tables: list[list[str]], encoding: str = "utf-8") -> None:
    bodies = ("".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows) for rows in tables)
    body = "<p>".join(f"<table>{rows}</table>" for rows in bodies)
    path.write_bytes(f"<html><head><meta charset={encoding}></head>{body}</html>".encode(encoding))


def write_dbf(path: Path, headings: list[str], rows: list[list[str]]) -> None:
    """A DBF file in GBK whose headings are cut to ten bytes, as the old systems write them."""
    widths = [max(1, *(len((row[place] or "").encode("gbk")) for row in rows)) for place in range(len(headings))]
    content = bytearray([3, 124, 1, 1])
    content += len(rows).to_bytes(4, "little")
    content += (32 + 32 * len(headings) + 1).to_bytes(2, "little")
    content += (1 + sum(widths)).to_bytes(2, "little")
    content += bytes(20)
    for heading, width in zip(headings, widths, strict=True):
        content += heading.encode("gbk")[:10].ljust(11, b"\0") + b"C" + bytes(4) + bytes([width, 0]) + bytes(14)
    content += b"\r"
    for row in rows:
        content += b" "
        for cell, width in zip(row, widths, strict=True):
            content += (cell or "").encode("gbk").ljust(width, b" ")
    content += b"\x1a"
    path.write_bytes(bytes(content))
