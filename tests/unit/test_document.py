"""What is wrong with a file of declarations is said with its place, and nothing wrong passes for right."""

import pytest

from warehouse.document import DeclarationError, read_each
from warehouse.parameters.dated import FOLDER, Term

TERM = """- name: certificate_term_days
  zh: 出生医学证明签发期限
  en: term
  unit: days
  versions:
    - {valid_from: 1949-10-01, value: 15, source: 镇文件}
"""


def read(folder, text):
    path = folder / "terms.yaml"
    path.write_text(text, encoding="utf-8")
    return read_each(Term, path)


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("value: 15,", "value: 15, value: 20,", "第 6 行：value 写了两次 / line 6: value is written twice"),
        ("  unit: days", "  unit: days\n  zh: 期限", "第 5 行：zh 写了两次"),
        ("1949-10-01", "2026-02-30", "第 6 行：2026-02-30 没有这一天 / line 6: there is no 2026-02-30"),
        ("1949-10-01", "2026/2/30", "certificate_term_days:\n  versions.0.valid_from: 应为日期"),
        ("- name: certificate_term_days\n  zh", "- zh", "第 1 项 / entry 1:\n  name: 没有写"),
        ("  unit: days", "\tunit: days", "第 4 行附近不合 YAML 写法"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, right, wrong, words):
    with pytest.raises(DeclarationError) as refused:
        read(tmp_path, TERM.replace(right, wrong))
    assert words in str(refused.value)
    assert str(tmp_path / "terms.yaml") in str(refused.value)


def test_as_it_is_delivered_it_is_read(tmp_path):
    assert read(tmp_path, TERM)[0].versions[0].value == 15
    assert read(tmp_path, (FOLDER / "terms.yaml").read_text(encoding="utf-8"))
