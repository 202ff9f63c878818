"""A seventh registry is one layout, one contract and one model: here a school enrolment list, added by a site."""

from tests.integration.days import DAY_1, private, run, small_home
from tests.integration.extracts import inbox, write_xlsx
from warehouse.catalogue import catalogue

LAYOUT = """
registry: school_enrolment
zh: 学籍
en: school enrolment
owner_zh: 中心校
owner_en: central school
record_id: student_no
record_key: [student_no]
columns:
  student_no: {headings: [学籍号], required: true}
  name: {headings: [学生姓名], type: name, required: true}
  id_number: {headings: [公民身份号码], type: citizen_id}
  birth_date: {headings: [出生日期], type: date}
  guardian_name: {headings: [监护人姓名], type: name}
"""
CONTRACT = """
table: stg_school_enrolment
layer: staging
zh: 学籍记录
en: school enrolment records
grain_zh: 一名学生
grain_en: one student
key: [record_key]
owner: central school
columns:
  - record_id
  - record_key
  - name
  - id_number
  - {name: id_number_is_valid, like: id_is_valid}
  - birth_date
  - is_active
"""
MODEL = """
-- School enrolment: one row per student.
select student_no as record_id, record_key, name, id_number, id_number_is_valid, birth_date,
    vanished_on is null as is_active
from latest_school_enrolment
"""


def test_a_seventh_registry_needs_a_layout_a_contract_and_a_model(tmp_path):
    home = small_home(tmp_path / "home")
    for name, text in {
        "registries/school_enrolment.yaml": LAYOUT,
        "contracts/stg_school_enrolment.yaml": CONTRACT,
        "models/staging/stg_school_enrolment.sql": MODEL,
    }.items():
        path = home.site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    heading = ["学籍号", "学生姓名", "公民身份号码", "出生日期", "监护人姓名", "健康检查结果"]
    pupil = ["G370481199002031017", "李伟", "370481199002031017", "1990/2/3", "李强", "正常"]
    rows = [["级索镇学籍名单"], heading, pupil, ["合计", "1"]]
    write_xlsx(inbox(home.path, "school_enrolment", f"{DAY_1}_full.xlsx"), rows)
    outcome = run(home, only=DAY_1)
    assert outcome.success
    assert outcome.exit_code == 0
    assert private(home, "select record_id, name, is_active from work.stg_school_enrolment") == [
        ("G370481199002031017", "李伟", True)
    ]
    received = (
        "select rows_read, rows_accepted, refused_columns from work.received_file where registry = 'school_enrolment'"
    )
    assert private(home, received) == [(1, 1, 1)]
    checked = {check.table for day in outcome.days for check in day.checks}
    assert {"raw_school_enrolment", "stg_school_enrolment"} <= checked
    assert "school_enrolment" not in catalogue().layouts
