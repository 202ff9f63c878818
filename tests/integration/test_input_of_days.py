"""What days knew is recorded once: a row for every input and day would grow with the square of the days."""

import datetime as dt

import pytest

from pipelines.days import recorded_input
from pipelines.replay_commands import show_replay
from tests.integration.days import DAY_1, DAY_2, published, small_home
from tests.integration.extracts import HEALTH, inbox, write_csv
from tests.integration.whole_day import kept_day

DAY_3 = DAY_2 + dt.timedelta(days=1)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Three days, of which the second and the third know one extract more."""
    home = small_home(tmp_path_factory.mktemp("input") / "home")
    row = ["R3", "赵敏", "女", "1990-02-03", "", "370481105201"]
    write_csv(inbox(home.path, "health_registry", f"{DAY_3}_changes.csv"), [HEALTH, row])
    for day in (DAY_1, DAY_2, DAY_3):
        kept_day(home, day)
    return home


@pytest.mark.slow
def test_an_input_is_recorded_by_the_first_day_that_knew_it(home):
    rows = published(home, "select as_of, count(*) from day_input where kind = 'extract' group by 1 order by 1")
    assert rows == [(DAY_1, 2), (DAY_2, 1), (DAY_3, 1)]
    files = {file_id for (file_id,) in published(home, "select file_id from received_file")}
    for day, known in ((DAY_1, 2), (DAY_2, 3), (DAY_3, 4)):
        assert len(recorded_input(home, day) & files) == known
    assert recorded_input(home, DAY_1) < recorded_input(home, DAY_2) < recorded_input(home, DAY_3)


@pytest.mark.parametrize("day", [DAY_2, None], ids=["one day", "all"])
def test_every_day_is_rebuilt_with_what_it_knew(home, day):
    assert show_replay(home, day, as_json=True) == 0
