"""Lists for the posting linter: 60 that must be blocked and 60 that must pass, each written as a real file.

Everybody in them is invented; the ids carry right check characters because a linter that needs wrong ones is no linter.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment

from tests.integration.extracts import write_csv, write_html, write_xls

ID = "37048119800101101X"
ID_2 = "370481199002031017"
ID_3 = "370481198505054320"
OLD_ID = "370481800101101"
CARD = "6217001234567890122"
BOOK_ACCOUNT = "9090105002010100123456"
MOBILE = "13806321234"
HEAD = ["序号", "村", "姓名", "项目", "金额"]
ROW = ["1", "前杨岗村", "王*芳", "育儿补贴", "3600.00"]
ROW_2 = ["2", "后杨岗村", "李*", "育儿补贴", "1800.00"]
TITLE = ["级索镇2026年第三季度育儿补贴发放公示", "", "", "", ""]
OFFICE = ["监督电话：0632-5512345（镇政府办公室）", "", "", "", ""]
PERIOD = ["公示时间：2026年11月1日至2026年11月7日", "", "", "", ""]

Writer = Callable[[Path], Path]
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
MATHEMATICAL = str.maketrans("0123456789", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
SPELT = str.maketrans("0123456789", "零一二三四五六七八九")
FINANCIAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")


def csv_of(*rows: list[str], encoding: str = "utf-8-sig", delimiter: str = ",") -> Writer:
    def write(folder: Path) -> Path:
        path = folder / "list.csv"
        write_csv(path, list(rows), encoding, delimiter)
        return path

    return write


def column(heading: str, *values: str, **options: str) -> Writer:
    """A CSV list with one further column."""
    rows = [[*row, value] for row, value in zip((ROW, ROW_2), values, strict=False)]
    return csv_of([*HEAD, heading], *rows, **options)


def columns(headings: list[str], *values: list[str]) -> Writer:
    """A CSV list with several further columns."""
    rows = [[str(place), *ROW[1:], *cells] for place, cells in enumerate(values, start=1)]
    return csv_of([*HEAD, *headings], *rows)


def text(content: str, name: str = "list.txt") -> Writer:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def xlsx(change: Callable[[Workbook], object], *rows: list[object]) -> Writer:
    """A workbook with a harmless list, changed."""

    def write(folder: Path) -> Path:
        book = Workbook()
        for row in (HEAD, ROW, ROW_2, *rows):
            book.active.append(row)
        change(book)
        path = folder / "list.xlsx"
        book.save(path)
        return path

    return write


def html(*rows: list[str], extra: str = "") -> Writer:
    def write(folder: Path) -> Path:
        path = folder / "list.html"
        write_html(path, list(rows))
        path.write_text(path.read_text(encoding="utf-8").replace("</html>", f"{extra}</html>"), encoding="utf-8")
        return path

    return write


def xls(*rows: list[object]) -> Writer:
    def write(folder: Path) -> Path:
        path = folder / "list.xls"
        write_xls(path, list(rows))
        return path

    return write


def docx(body: str) -> Writer:
    """The least that is a Word document: word/document.xml in a zip."""

    def write(folder: Path) -> Path:
        path = folder / "list.docx"
        space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
        return path

    return write


def paragraph(*parts: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in parts) + "</w:p>"


def table(*rows: list[str]) -> str:
    return (
        "<w:tbl>"
        + "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
        + "</w:tbl>"
    )


def raw(content: bytes, name: str) -> Writer:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return write


def _hidden_sheet(book: Workbook, state: str) -> None:
    sheet = book.create_sheet("底稿")
    sheet.append(["姓名", "编号"])
    sheet.append(["王芳", ID])
    sheet.sheet_state = state


def _hidden_column(book: Workbook) -> None:
    book.active["H2"] = ID
    book.active.column_dimensions["H"].hidden = True


def _hidden_row(book: Workbook) -> None:
    book.active.append(["3", "前杨岗村", "王芳", CARD, ""])
    book.active.row_dimensions[4].hidden = True


def _merged_heading(book: Workbook) -> None:
    sheet = book.active
    sheet["F1"] = "证件"
    sheet.merge_cells("F1:G1")
    sheet["F2"], sheet["G2"] = ID[:10], ID[10:]
    sheet["F3"], sheet["G3"] = ID_2[:10], ID_2[10:]


def _merged_over_rows(book: Workbook) -> None:
    sheet = book.active
    sheet["F1"] = "备注"
    sheet["F2"] = f"联系 {MOBILE}"
    sheet.merge_cells("F2:F3")


def _comment(book: Workbook) -> None:
    book.active["C2"].comment = Comment(f"本人 {ID}", "clerk")


def _footer(book: Workbook) -> None:
    book.active.oddFooter.center.text = f"制表人电话 {MOBILE}"


def _properties(book: Workbook) -> None:
    book.properties.description = f"王芳 {ID}"


def _defined_name(book: Workbook) -> None:
    from openpyxl.workbook.defined_name import DefinedName

    book.defined_names["k"] = DefinedName("k", attr_text=f'"{ID}"')


def _number_format(book: Workbook) -> None:
    book.active["E2"] = 1
    book.active["E2"].number_format = f'"{ID}"'


def _formula(book: Workbook) -> None:
    book.active["F2"] = f'="{ID[:9]}"&"{ID[9:]}"'


def _sheet_name(book: Workbook) -> None:
    book.active.title = f"王芳{MOBILE}"


def _far_cell(book: Workbook) -> None:
    book.active["AZ900"] = CARD


def _number_cell(book: Workbook) -> None:
    book.active["F2"] = int(MOBILE)


def _number_account(book: Workbook) -> None:
    book.active["F2"] = 6217001234567890128


def _validation(book: Workbook) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=f'"{ID},{ID_2}"')
    book.active.add_data_validation(rule)
    rule.add("F2")


def _nothing(book: Workbook) -> None:
    """A workbook as it is."""


def within(write: Writer, parts: dict[str, str | bytes]) -> Writer:
    """An Office file with further parts, by name."""

    def write_with_parts(folder: Path) -> Path:
        path = write(folder)
        with zipfile.ZipFile(path, "a") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return path

    return write_with_parts


SHEET_SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
CHART_SPACE = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
VML_SPACE = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"'
WORD_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pivot_cache(*values: str) -> dict[str, str | bytes]:
    """The rows from which a pivot table was made, as a workbook keeps them."""
    shared = "".join(f'<s v="{value}"/>' for value in values)
    return {
        "xl/pivotCache/pivotCacheDefinition1.xml": f'<pivotCacheDefinition {SHEET_SPACE}><cacheFields count="1">'
        f'<cacheField name="编号"><sharedItems>{shared}</sharedItems></cacheField></cacheFields>'
        "</pivotCacheDefinition>",
        "xl/pivotCache/pivotCacheRecords1.xml": f"<pivotCacheRecords {SHEET_SPACE}><r>{shared}"
        '<n v="3600.5"/><d v="2026-11-01T00:00:00"/></r></pivotCacheRecords>',
    }


def external_cache(value: str) -> dict[str, str | bytes]:
    """Cells of another workbook to which formulas refer, as they were last seen."""
    return {
        "xl/externalLinks/externalLink1.xml": f"<externalLink {SHEET_SPACE}><externalBook><sheetDataSet><sheetData "
        f'sheetId="0"><row r="1"><cell r="A1" t="str"><v>{value}</v></cell></row></sheetData></sheetDataSet>'
        "</externalBook></externalLink>"
    }


def chart_cache(value: str) -> dict[str, str | bytes]:
    """What a chart shows, kept beside the cells from which it was drawn."""
    return {
        "xl/charts/chart1.xml": f"<c:chartSpace {CHART_SPACE}><c:cat><c:strRef><c:f>公示!$A$2</c:f><c:strCache><c:pt "
        f'idx="0"><c:v>{value}</c:v></c:pt></c:strCache></c:strRef></c:cat></c:chartSpace>'
    }


def drawing(caption: str) -> dict[str, str | bytes]:
    """A button as Office draws it: what it writes is not quite XML."""
    return {
        "xl/drawings/vmlDrawing1.vml": f'<xml {VML_SPACE}><v:shape id="_x0000_s1025"><v:textbox><div>'
        f"<font>{caption}<br>"
        f"</font></div></v:textbox><x:ClientData><x:Anchor>1, 15, 0, 2, 3, 31, 4, 1</x:Anchor></x:ClientData></v:shape>"
        "</xml>"
    }


def whole_workbook(folder: Path) -> bytes:
    """A whole list, to be hidden in another file."""
    return xlsx(lambda book: book.active.__setitem__("F2", ID))(folder).read_bytes()


def embedding(write: Writer, name: str) -> Writer:
    """A file in which a whole list lies under a name."""

    def write_embedding(folder: Path) -> Path:
        return within(write, {name: whole_workbook(folder)})(folder)

    return write_embedding


# What Office and WPS put into every file of their own accord.
OFFICE_WORKBOOK: dict[str, str | bytes] = {
    "xl/printerSettings/printerSettings1.bin": b"\x00HP LaserJet\x00",
    "xl/calcChain.xml": f'<calcChain {SHEET_SPACE}><c r="E5" i="1"/></calcChain>',
    "docProps/custom.xml": "<Properties "
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid='
    '"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="ICV"><vt:lpwstr>A1380632123462170012345678901280_13'
    '</vt:lpwstr></property><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="3" name="KSOProductBuildVer">'
    "<vt:lpwstr>2052-12.1.0.16388</vt:lpwstr></property></Properties>",
}
OFFICE_DOCUMENT: dict[str, str | bytes] = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="xml" ContentType="application/xml"/></Types>',
    "word/fontTable.xml": f'<w:fonts {WORD_SPACE}><w:font w:name="仿宋_GB2312">'
    '<w:panose1 w:val="02010609030101010101"/><w:charset w:val="86"/></w:font></w:fonts>',
    "word/webSettings.xml": f'<w:webSettings {WORD_SPACE}><w:divs><w:div w:id="13806321234"/></w:divs></w:webSettings>',
    "word/settings.xml": f'<w:settings {WORD_SPACE}><w:zoom w:percent="100"/><w:rsids><w:rsidRoot w:val="00172A27"/>'
    '<w:rsid w:val="13806321"/></w:rsids></w:settings>',
    "word/theme/theme1.xml": '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Office">'
    '<a:srgbClr val="44546A"/><a:latin typeface="Calibri" panose="020F0502020204030204"/></a:theme>',
    "word/fonts/font1.odttf": b"\x00\x01",
    "customXml/item1.xml": '<s:customData xmlns:s="http://www.wps.cn/officeDocument/2013/wpsCustomData"/>',
    "docProps/app.xml": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>WPS Office</Application><AppVersion>16.0000</AppVersion></Properties>",
    "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:created>2026-11-01T08:30:00Z'
    "</dcterms:created></cp:coreProperties>",
}

HOSTILE: dict[str, Writer] = {
    # ids, whatever the column is called
    "id under its name": column("身份证号", ID, ID_2),
    "id called remark": column("备注", ID, ID_2),
    "id called serial": column("序列", ID, ID_2),
    "id called amount": column("补贴金额（元）", ID, ID_2),
    "id without heading": column("", ID, ID_2),
    "id with small x": column("编号", ID.lower(), ID_2),
    "id in one row of two": column("编号", "无", ID_2),
    "id with a wrong check character": column("编号", ID_2[:-1] + "3", ""),
    "old 15-digit id": column("编号", OLD_ID, ""),
    "id in full-width digits": column("编号", ID.translate(FULL_WIDTH), ""),
    "id in circled digits": column("编号", ID_2.translate(CIRCLED), ""),
    "id in mathematical digits": column("编号", ID_2.translate(MATHEMATICAL), ""),
    "id in Arabic-Indic digits": column("编号", ID_2.translate(ARABIC), ""),
    "id spelt out": column("编号", ID_2.translate(SPELT), ""),
    "id in financial numerals": column("编号", ID_2.translate(FINANCIAL), ""),
    "id with letters for zeros": column("编号", ID_2.replace("0", "O"), ""),
    "id with blanks": column("编号", "370481 19900203 1017", ""),
    "id with hyphens": column("编号", "370481-1990-02-03-1017", ""),
    "id with invisible characters": column("编号", "\u200b".join(ID), ""),
    "id digit by digit": column("编号", " ".join(ID_2), ""),
    "id masked at four places only": column("身份证号", "3704811980010110**", "37048119900203****"),
    "id as a spreadsheet spoilt it": column("编号", "3.70481198001011E+17", ""),
    "id in free text": column("备注", f"户主王芳，身份证{ID}，已核实", ""),
    "id run into letters": column("备注", f"ID{ID}号", ""),
    "id split in two cells": columns(["甲", "乙"], [ID[:6], ID[6:]], [ID_2[:6], ID_2[6:]]),
    "id split in two cells, in one row only": columns(["甲", "乙"], ["", ""], [ID_2[:14], ID_2[14:]]),
    "id split around another cell": columns(["甲", "说明", "乙"], [ID[:14], "见后", ID[14:]]),
    "id split the wrong way round": columns(["乙", "甲"], [ID[6:], ID[:6]]),
    "id in three cells": columns(["区", "日", "码"], [ID[:6], ID[6:14], ID[14:]], [ID_2[:6], ID_2[6:14], ID_2[14:]]),
    "id in eighteen cells": columns(list("abcdefghijklmnopqr"), list(ID_2)),
    "id split between text and cell": columns(["姓名", "续"], [f"王芳{ID[:6]}", f"{ID[6:]} 女"]),
    "id one part below the other": csv_of(HEAD, [*ROW[:4], ID_2[:9]], [*ROW_2[:4], ID_2[9:]]),
    # accounts
    "account under its name": column("一卡通账号", CARD, ""),
    "account called number": column("编号", CARD, ""),
    "account of a savings book": column("编号", BOOK_ACCOUNT, ""),
    "account in groups of four": column("编号", "6217 0012 3456 7890 128", ""),
    "account masked at three places": column("账号", "6217001234567***128", ""),
    "account split in two cells": columns(["甲", "乙"], [CARD[:9], CARD[9:]]),
    "short account under its name": column("存折账号", "90901050", ""),
    "account as a number cell": xlsx(_number_account),
    # telephones
    "telephone under its name": column("联系电话", MOBILE, ""),
    "telephone called number": column("编号", "138-0632-1234", ""),
    "telephone with country code": column("备注", f"+86 {MOBILE}", ""),
    "telephone in full-width digits": column("备注", MOBILE.translate(FULL_WIDTH), ""),
    "telephone as a number cell": xlsx(_number_cell),
    "telephone split in two cells": columns(
        ["甲", "乙"], ["1380632", "1234"], ["1395371", "9876"], ["1596320", "4455"]
    ),
    "telephone masked at three places": column("电话", "1380632***4", ""),
    "telephone of a house in the table": column("备注", "0632-5512345", "0632-5512346"),
    "local telephone under its name": column("家庭电话", "5512345", "5512346"),
    # addresses
    "address under its name": column("家庭住址", "级索镇前杨岗村12号", "级索镇后杨岗村3组7号"),
    "address called remark": column("备注", "阳光小区3号楼2单元501室", ""),
    "address split in two cells": columns(["村", "门"], ["前杨岗村", "十二号"]),
    # what the eye does not see
    "hidden sheet": xlsx(lambda book: _hidden_sheet(book, "hidden")),
    "hidden column": xlsx(_hidden_column),
    "comment": xlsx(_comment),
    "merged heading over two cells": xlsx(_merged_heading),
    "formula that puts an id together": xlsx(_formula),
    "id in a page footer and properties": xlsx(lambda book: (_footer(book), _properties(book))),
    "paragraphs of a document": docx(paragraph("王芳，身份证号", ID_2[:8], ID_2[8:], "，", "补贴3600元")),
    "picture that nobody can check": within(xlsx(_nothing), {"xl/media/image1.png": b"\x89PNG"}),
}

# Further hiding places, beyond the sixty.
MORE_HOSTILE: dict[str, Writer] = {
    "very hidden sheet": xlsx(lambda book: _hidden_sheet(book, "veryHidden")),
    "hidden row": xlsx(_hidden_row),
    "merged over rows": xlsx(_merged_over_rows),
    "page footer": xlsx(_footer),
    "properties": xlsx(_properties),
    "defined name": xlsx(_defined_name),
    "number format": xlsx(_number_format),
    "sheet name": xlsx(_sheet_name),
    "cell far away": xlsx(_far_cell),
    "drop-down list": xlsx(_validation),
    "GB18030 text": column("编号", ID, "", encoding="gb18030"),
    "tab-separated": column("编号", ID, "", delimiter="\t"),
    "UTF-16 text": column("编号", ID, "", encoding="utf-16"),
    "rows behind a pivot table": within(xlsx(_nothing), pivot_cache("王芳", ID)),
    "cells of a linked workbook": within(xlsx(_nothing), external_cache(ID)),
    "values behind a chart": within(xlsx(_nothing), chart_cache(MOBILE)),
    "caption of a button": within(xlsx(_nothing), drawing(MOBILE)),
    "sheet that no workbook names": within(
        xlsx(_nothing), {"xl/worksheets/sheet9.xml": f"<worksheet {SHEET_SPACE}><c><v>{CARD}</v></c></worksheet>"}
    ),
    "text outside a paragraph": within(
        docx(paragraph("公示")), {"word/glossary/document.xml": f"<w:x {WORD_SPACE}><w:t>{ID}</w:t></w:x>"}
    ),
    "choice of a drop-down list in a document": within(
        docx(paragraph("公示")), {"word/header1.xml": f'<w:x {WORD_SPACE}><w:listItem w:value="{ID}"/></w:x>'}
    ),
    "workbook in a workbook": embedding(xlsx(_nothing), "xl/embeddings/Microsoft_Excel_Sheet1.xlsx"),
    "workbook in a document": embedding(docx(paragraph("公示")), "word/embeddings/Microsoft_Excel_Worksheet.xlsx"),
    "web page in a document": within(docx(paragraph("公示")), {"word/afchunk.htm": f"<html>{ID}</html>"}),
    "part of an unknown kind": within(xlsx(_nothing), {"xl/model/item.data": ID}),
    "harmless name in another place": within(xlsx(_nothing), {"xl/theme/printerSettings1.bin": ID}),
    "old workbook": xls([*HEAD, "编号"], [*ROW, ID]),
    "web page": html([*HEAD, "编号"], [*ROW, ID]),
    "hidden part of a web page": html(HEAD, ROW, extra=f"<div style='display:none'>{ID}</div>"),
    "comment of a web page": html(HEAD, ROW, extra=f"<!-- {ID} -->"),
    "attribute of a web page": html(HEAD, ROW, extra=f"<a title='{ID}'>公示</a>"),
    "table of a document": docx(table(["姓名", "证件"], ["王芳", ID])),
    "PDF": raw(b"%PDF-1.7 scanned", "list.pdf"),
    "damaged workbook": raw(b"PK\x03\x04 broken", "list.xlsx"),
    "picture file": raw(b"\x89PNG\r\n", "list.png"),
    "plain paragraph": text(f"王芳 {ID} 3600元\n"),
    "file name": text("公示", f"王芳{ID}.txt"),
}


def legit(*extra: tuple[str, str, str]) -> Writer:
    """A usual list with title, period and office telephone, and further columns (heading, two values)."""
    headings = [heading for heading, _, _ in extra]
    blank = [""] * len(extra)
    return csv_of(
        [*TITLE, *blank],
        [*HEAD, *headings],
        [*ROW, *[first for _, first, _ in extra]],
        [*ROW_2, *[second for _, _, second in extra]],
        [*PERIOD, *blank],
        [*OFFICE, *blank],
    )


LEGITIMATE: dict[str, Writer] = {
    "usual list": legit(),
    "usual list without notes": csv_of(HEAD, ROW, ROW_2),
    "id masked": legit(("身份证号", "370481********101X", "370481********1017")),
    "id masked to the last four": legit(("证件号后四位", "101X", "1017")),
    "id masked with dots": legit(("身份证号", "370481●●●●●●●●1017", "370481●●●●●●●●4322")),
    "id masked with x": legit(("身份证号", "370481xxxxxxxx1017", "370481xxxxxxxx4322")),
    "account masked": legit(("账号", "6217***********0128", "6217***********9911")),
    "account's last four": legit(("账号尾号", "0128", "9911")),
    "telephone masked": legit(("电话", "138****1234", "159****4455")),
    "village code": legit(("村代码", "370481105200", "370481105201")),
    "town code": legit(("镇代码", "370481105", "370481105")),
    "legacy division code": legit(("区划", "370481", "370481")),
    "batch number": legit(("批次", "20260930001", "20260930001")),
    "batch number of 14 digits": legit(("批次", "20260930000123", "20260930000124")),
    "dates": legit(("发放日期", "2026-09-30", "2026/9/30")),
    "dates in Chinese": legit(("发放日期", "2026年9月30日", "2026年9月30日")),
    "dates as digits": legit(("发放日期", "20260930", "20260930")),
    "two dates in a cell": legit(("补贴期间", "2025-01-01 2025-12-31", "2025-01-01至2025-06-30")),
    "time of payment": legit(("到账时间", "2026-09-30 10:15:30", "2026-09-30 10:15:31")),
    "amount with separators": legit(("合计（元）", "1,234,567.00", "12,345.60")),
    "several amounts": legit(("明细", "3600.00 1800.00 900.00 600.00", "3600 1800 900")),
    "months": legit(("月数", "12", "6")),
    "area, date and amount": legit(
        ("区划", "370481", "370481"), ("起始", "20250101", "20250701"), ("数额", "3600", "1800")
    ),
    "serial, date": csv_of(["序号", "日期", "金额"], *[[str(n), "20250101", "3600"] for n in range(120, 200)]),
    "long list": csv_of(HEAD, *[[str(n), "前杨岗村", "王*", "育儿补贴", f"{n * 300}.00"] for n in range(1, 400)]),
    "document number": legit(("依据", "鲁卫发〔2025〕12号", "滕政办发〔2026〕3号")),
    "announcement number": legit(("公告", "村务公开第12号", "镇公告2026年第3号")),
    "village and group": legit(("组", "前杨岗村3组", "后杨岗村第二村民小组")),
    "village only": legit(("住址", "级索镇前杨岗村", "级索镇后杨岗村")),
    "count of households": legit(("说明", "本村共12户", "本村共36户108人")),
    "window": legit(("地点", "便民服务中心3号窗口", "便民服务中心3号窗口")),
    "bus line": legit(("说明", "级索镇2号线", "村村通12号线")),
    "road lamp": legit(("说明", "新修路灯12盏", "新修村道1200米")),
    "percentages": legit(("比例", "98.5%", "97.25%")),
    "credit code of an organisation": legit(("经办单位代码", "91370481MA3C000008", "")),
    "year and quarter": legit(("期间", "2026年第三季度", "2026Q3")),
    "year in numerals": legit(("期间", "二〇二六年十一月二十四日", "二〇二六年")),
    "postcode": legit(("邮编", "277500", "277500")),
    "scores": legit(("得分", "98.75", "97.5")),
    "empty cells": csv_of(HEAD, ["1", "前杨岗村", "王*", "", ""], ["", "", "", "", ""]),
    "one name only": csv_of(["姓名"], ["王*芳"], ["李*"]),
    "full names": csv_of(HEAD, ["1", "前杨岗村", "王芳", "奖励扶助", "960.00"]),
    "names with a middle dot": csv_of(HEAD, ["1", "前杨岗村", "买买提·*", "奖励扶助", "960.00"]),
    "hotlines": text("咨询热线：12345、12315、12333\n"),
    "hotlines side by side": text("热线 12345 12315 12333\n"),
    "office telephone": text("监督电话：0632-5512345\n联系：镇政府办公室 (0632)5512346\n"),
    "office address": text("受理地点：级索镇政府驻地级索大街1号便民服务中心\n"),
    "explanation": text("公示期为7个工作日，自2026年11月1日起。对公示内容有异议的，可向镇政府反映。\n"),
    "version and decimals": text("系统版本 1.13.27，公示编号 2026-03\n"),
    "workbook": xlsx(_nothing),
    "workbook with number cells": xlsx(_nothing, [3, "前杨岗村", "赵*", "育儿补贴", 3600.5]),
    "workbook with a harmless comment": xlsx(
        lambda book: book.active["C2"].__setattr__("comment", Comment("已核", "x"))
    ),
    "workbook with a merged title": xlsx(lambda book: book.active.merge_cells("A8:E8")),
    "workbook with a hidden column of months": xlsx(
        lambda book: (
            book.active.__setitem__("G2", 12),
            book.active.column_dimensions["G"].__setattr__("hidden", True),
        )
    ),
    "workbook with a sum": xlsx(lambda book: book.active.__setitem__("E5", "=SUM(E2:E3)")),
    "workbook with a second sheet": xlsx(lambda book: book.create_sheet("说明").append(["公示期七天"])),
    "old workbook": xls(HEAD, ROW, ROW_2),
    "web page": html(TITLE, HEAD, ROW, ROW_2, PERIOD),
    "web page with a link": html(HEAD, ROW, extra="<a href='index.html' title='返回'>返回</a>"),
    "document": docx(paragraph("育儿补贴公示") + table(HEAD, ROW, ROW_2) + paragraph("监督电话：12345")),
}

# What Office, WPS and LibreOffice add to a list that may be posted.
MORE_LEGITIMATE: dict[str, Writer] = {
    "workbook saved by Office or WPS": within(xlsx(_nothing), OFFICE_WORKBOOK),
    "document saved by Office or WPS": within(docx(table(HEAD, ROW, ROW_2)), OFFICE_DOCUMENT),
    "pivot table of what is posted": within(xlsx(_nothing), pivot_cache("前杨岗村", "王*芳")),
    "chart of what is posted": within(xlsx(_nothing), chart_cache("0.142857142857142857")),
    "linked workbook without persons": within(xlsx(_nothing), external_cache("3600.00")),
    "button": within(xlsx(_nothing), drawing("打印")),
    "shares": xlsx(lambda book: book.active.__setitem__("F2", 1 / 7)),
}
