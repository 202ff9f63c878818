"""`python -m tests.spec`: aligns the tables of every spec and writes the page."""

from tests.spec.page import PAGE, render
from tests.spec.reader import FOLDER, read_specs, tidied

for path in sorted(FOLDER.glob("*/*.spec")):
    text = path.read_text(encoding="utf-8")
    if text != tidied(text):
        path.write_text(tidied(text), encoding="utf-8")
PAGE.parent.mkdir(exist_ok=True)
PAGE.write_text(render(read_specs()), encoding="utf-8")
