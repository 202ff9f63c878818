"""Files that are cut, damaged, locked or of a kind that is not read: each says so, and the rest of the day goes on."""

import io
import random
import struct
from functools import partial

import olefile
import pytest

from assets.cases.workbook import encrypted
from assets.registries import landing, worksheet_program
from assets.registries.ole_workbook import check_whole
from assets.registries.sheet import read_in_parts
from assets.registries.unreadable import UnreadableFileError
from assets.registries.worksheets import worksheets
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv, write_dbf, write_html, write_xls, write_xlsx
from tests.integration.landed import conserve, land, only, rows_of, stored_copies
from warehouse.home import Home

PEOPLE = [[f"R{number}", *WANG[1:]] for number in range(300)]


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def landed_beside_a_good_file(home, name, content):
    """The manifest of a file; the other one of the same day must land."""
    inbox(home.path, "health_registry", name).write_bytes(content)
    write_csv(inbox(home.path, "household_register", "2026-11-01.csv"), [["户号", *HEALTH[1:]], ["H1", *WANG[1:]]])
    manifests = {manifest.registry: manifest for manifest in land(home).new}
    assert manifests["household_register"].rows_accepted == 1
    return manifests["health_registry"]


def written(tmp_path, write, *arguments):
    path = tmp_path / "whole"
    write(path, *arguments)
    return path.read_bytes()


def place_of_stream(content):
    """Where the cells of an .xls begin: xlwt writes them in one piece."""
    with olefile.OleFileIO(io.BytesIO(content)) as container:
        return content.index(container.openstream("Workbook").read(64))


@pytest.fixture(scope="module")
def xls(tmp_path_factory):
    return written(tmp_path_factory.mktemp("xls"), write_xls, [HEALTH, *PEOPLE])


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.95])
@pytest.mark.parametrize("filled", [True, False])
def test_an_old_workbook_whose_copy_broke_off(home, xls, share, filled):
    start = xls[: int(len(xls) * share)]
    manifest = landed_beside_a_good_file(home, "2026-11-01.xls", start.ljust(len(xls) if filled else 0, b"\0"))
    assert (manifest.status, manifest.reason) == ("quarantined", "UNREADABLE")


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_an_old_workbook_that_lost_cells_and_nothing_else(xls, share):
    """Its directory is whole, as where another program writes that first."""
    begin = place_of_stream(xls)
    with olefile.OleFileIO(io.BytesIO(xls)) as container:
        end = begin + container.get_size("Workbook")
    cut = begin + int((end - begin) * share)
    check_whole(xls)
    with pytest.raises(UnreadableFileError):
        check_whole(xls[:cut] + bytes(end - cut) + xls[end:])


def test_a_sheet_that_is_not_where_it_should_be(xls):
    begin = place_of_stream(xls)
    place = xls.index(struct.pack("<H", 0x0085), begin)
    broken = bytearray(xls)
    broken[place + 4 : place + 8] = (len(xls)).to_bytes(4, "little")
    with pytest.raises(UnreadableFileError):
        check_whole(bytes(broken))


def test_damage_that_ends_the_reader_ends_nothing_else(xls):
    """Given the beginning of a file padded with nothing, the reader takes memory without end, or panics."""
    for share in (0.02, 0.7):
        start = xls[: int(len(xls) * share)]
        for content in (start, start.ljust(len(xls), b"\0")):
            with pytest.raises(UnreadableFileError):
                list(worksheets(content))


def test_a_reader_that_is_stopped_says_nothing_of_the_file(tmp_path, monkeypatch):
    """Whoever ends the run must not find good files in quarantine."""
    program = tmp_path / "program.py"
    program.write_text("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", encoding="utf-8")
    monkeypatch.setattr(worksheet_program, "__file__", str(program))
    with pytest.raises(RuntimeError, match="-15"):
        list(worksheets(b"a workbook"))


def test_a_cell_that_says_it_stands_where_no_column_is(xls):
    cell = xls.index(struct.pack("<HH", 0x00FD, 10))  # a text, [MS-XLS] 2.4.149: row, column, form, text
    broken = bytearray(xls)
    broken[cell + 6 : cell + 8] = (60_000).to_bytes(2, "little")
    with pytest.raises(UnreadableFileError):
        list(worksheets(bytes(broken)))


@pytest.mark.parametrize("write", [write_xls, write_xlsx, write_dbf])
def test_changed_bytes_fail_in_one_way_only(tmp_path, write):
    content = written(tmp_path, write, *([HEALTH, PEOPLE] if write is write_dbf else [[HEALTH, *PEOPLE]]))
    chance = random.Random(7)
    path = tmp_path / ("file.dbf" if write is write_dbf else "file")
    refused = 0
    for _ in range(15):
        broken = bytearray(content)
        for _ in range(10):
            broken[chance.randrange(8, len(broken))] = chance.randrange(256)
        path.write_bytes(broken)
        try:
            list(read_in_parts(path))
        except UnreadableFileError:
            refused += 1
    assert refused > (0 if write is write_dbf else 5)


def dbf(tmp_path, headings, rows):
    return written(tmp_path, write_dbf, headings, rows)


@pytest.mark.parametrize("filled", [True, False])
def test_a_dbf_file_that_holds_fewer_records_than_it_says(home, tmp_path, filled):
    content = dbf(tmp_path, HEALTH, PEOPLE)
    start = content[: len(content) * 4 // 10]
    manifest = landed_beside_a_good_file(home, "2026-11-01.dbf", start.ljust(len(content) if filled else 0, b"\0"))
    assert (manifest.status, manifest.reason) == ("quarantined", "INCOMPLETE")
    assert list((home.landed / "health_registry").rglob("*.parquet*")) == []


def test_a_dbf_file_ends_with_its_last_record_whatever_follows(home, tmp_path):
    whole = dbf(tmp_path, HEALTH, PEOPLE)
    manifest = landed_beside_a_good_file(home, "2026-11-01.dbf", whole.removesuffix(b"\x1a"))
    conserve(manifest)
    assert manifest.rows_accepted == len(PEOPLE)


def test_equal_cut_headings_of_a_dbf_file_leave_every_cell_under_its_own(home, tmp_path):
    """Invariant 2: a refused column must not come under the heading of another."""
    headings = ["人口编码", "姓名", "户籍地详细地址", "户籍地详细门牌", "更新时间", "末次月经日期", *HEALTH[-2:]]
    row = ["R1", "王芳", "级索村", "12号", "2026-01-01", "2026-09-09", *WANG[-2:]]
    manifest = landed_beside_a_good_file(home, "2026-11-01.dbf", dbf(tmp_path, headings, [row]))
    columns = ["name", "id_number", "registered_village_code", "updated_on_original"]
    assert rows_of(home, manifest).select(columns).row(0) == ("王芳", WANG[4], WANG[5], None)
    assert manifest.refused_headings == ("末次月经日",)
    assert stored_copies(home, "2026-09-09") == stored_copies(home, "12号") == []


def test_equal_cut_headings_that_stand_for_one_column_are_not_told_apart(home, tmp_path):
    headings = ["人口编码", "姓名", "户籍地村码旧", "户籍地村码新"]
    manifest = landed_beside_a_good_file(home, "2026-11-01.dbf", dbf(tmp_path, headings, [["R1", "王芳", "1", "2"]]))
    assert manifest.reason == "AMBIGUOUS_COLUMN"


@pytest.mark.parametrize("filled", [True, False])
def test_a_page_that_broke_off(home, tmp_path, filled):
    content = written(tmp_path, write_html, [HEALTH, *PEOPLE])
    start = content[: len(content) * 4 // 10]
    manifest = landed_beside_a_good_file(home, "2026-11-01.xls", start.ljust(len(content) if filled else 0, b"\0"))
    assert manifest.reason == "INCOMPLETE"


def test_a_page_with_a_hole(home, tmp_path):
    content = bytearray(written(tmp_path, write_html, [HEALTH, *PEOPLE]))
    content[20_000:20_512] = bytes(512)
    assert landed_beside_a_good_file(home, "2026-11-01.xls", bytes(content)).reason == "UNREADABLE"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
@pytest.mark.parametrize("part_bytes", [1 << 20, 4096])
def test_a_text_that_was_given_its_size_before_its_content(tmp_path, encoding, part_bytes):
    path = tmp_path / "a.csv"
    write_csv(path, [HEALTH, *PEOPLE], encoding)
    assert len(list(read_in_parts(path, part_bytes))) == 1 or part_bytes == 4096
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2].ljust(len(content), b"\0"))
    with pytest.raises(UnreadableFileError, match="INCOMPLETE"):
        list(read_in_parts(path, part_bytes))


XML = """<?xml version="1.0" encoding="UTF-8"?>
<?mso-application progid="Excel.Sheet"?>
<{0}Workbook xmlns{1}="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><{0}Worksheet ss:Name="Sheet1"><{0}Table><{0}Row><{0}Cell>
<{0}Data ss:Type="String">姓名</{0}Data></{0}Cell></{0}Row></{0}Table></{0}Worksheet></{0}Workbook>"""


@pytest.mark.parametrize("prefix", ["", "ss:"])
def test_a_spreadsheet_in_xml_is_said_so(home, prefix):
    content = XML.format(prefix, ":" + prefix[:-1] if prefix else "")
    assert landed_beside_a_good_file(home, "2026-11-01.xls", content.encode()).reason == "XML_SPREADSHEET"


def test_a_page_written_by_a_spreadsheet_program_is_no_spreadsheet_in_xml(home, tmp_path):
    island = "<xml><x:ExcelWorkbook><x:ExcelWorksheets/></x:ExcelWorkbook></xml>"
    page = written(tmp_path, write_html, [HEALTH, WANG]).decode().replace("</head>", f"{island}</head>")
    page = page.replace("<html>", '<?xml version="1.0"?><html xmlns:x="urn:schemas-microsoft-com:office:excel">')
    assert landed_beside_a_good_file(home, "2026-11-01.xls", page.encode()).rows_accepted == 1


def test_a_workbook_with_a_password_is_said_so(home, tmp_path):
    content = encrypted(written(tmp_path, write_xlsx, [HEALTH, WANG]), "secret")
    assert landed_beside_a_good_file(home, "2026-11-01.xlsx", content).reason == "ENCRYPTED"


def test_an_old_workbook_with_a_password_is_said_so(xls):
    """Behind the first record of its cells comes the one that names the way of encryption, [MS-XLS] 2.4.117."""
    begin = place_of_stream(xls)
    first = begin + 4 + struct.unpack_from("<H", xls, begin + 2)[0]
    password = struct.pack("<HHHHH", 0x002F, 6, 0, 0, 0)
    _, length = struct.unpack_from("<HH", xls, first)
    assert length < 10  # it takes the place of some records, whose lengths must add up
    end = first
    while end - first < len(password) + 4:
        end += 4 + struct.unpack_from("<H", xls, end + 2)[0]
    filling = struct.pack("<HH", 0x0042, end - first - len(password) - 4)
    locked = password + filling + bytes(end - first - len(password) - len(filling))
    with pytest.raises(UnreadableFileError, match="ENCRYPTED"):
        check_whole(xls[:first] + locked + xls[end:])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("part_bytes", [700, 1 << 20])
def test_a_text_that_breaks_off_in_a_row_says_so(home, monkeypatch, encoding, part_bytes):
    """The row is told, and no record is taken for gone: nobody knows whose came after it."""
    path = inbox(home.path, "health_registry", "2026-11-01_full.csv")
    write_csv(path, [["级索镇"], HEALTH, *PEOPLE], encoding)
    text = path.read_bytes().decode(encoding)
    path.write_bytes(text[: text.index("R299") + len("R299,王芳,女,198")].encode(encoding))
    monkeypatch.setattr(landing, "read_in_parts", partial(read_in_parts, part_bytes=part_bytes))
    manifest = only(land(home))
    conserve(manifest)
    assert (manifest.rows_accepted, manifest.rows_rejected) == (299, 1)
    rejected = rows_of(home, manifest, "rejected")
    assert rejected.select("row_number", "reason_code", "record_key").rows() == [(302, "CUT_ROW", None)]


@pytest.mark.parametrize(
    "ending",
    ["", "\r\n", "\r", "\r\n合计,300", "\r\n制表人：张三"],
    ids=["no line end", "line end", "half a line end", "total", "signature"],
)
def test_a_text_that_is_whole_is_not_taken_for_cut(home, ending):
    path = inbox(home.path, "health_registry", "2026-11-01_full.csv")
    lines = [",".join(row) for row in [HEALTH, *PEOPLE]]
    path.write_bytes(("\r\n".join(lines) + ending).encode())
    manifest = only(land(home))
    assert (manifest.rows_accepted, manifest.rows_rejected) == (300, 0)


def test_rows_that_leave_out_blanks_at_their_end_are_whole(home):
    path = inbox(home.path, "health_registry", "2026-11-01_full.csv")
    lines = [",".join(row) for row in [HEALTH, *PEOPLE[:5]]]
    lines[3] = lines[-1] = ",".join(WANG[:5])
    path.write_bytes("\r\n".join(lines).encode())
    assert only(land(home)).rows_rejected == 0


def test_a_row_of_several_lines_at_the_end_is_whole(home):
    path = inbox(home.path, "health_registry", "2026-11-01_full.csv")
    lines = [",".join(row) for row in [[*HEALTH, "备忘"], [*WANG, ""], [*LI[:-1], LI[-1], '"前\n后"']]]
    path.write_bytes("\r\n".join(lines).encode())
    assert only(land(home)).rows_accepted == 2
