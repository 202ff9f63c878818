import pytest

from tests.integration.days import DAY_1, run, small_home


@pytest.fixture(scope="session")
def home_after_one_day(tmp_path_factory):
    """The small home after its first day: to be copied, not changed."""
    home = small_home(tmp_path_factory.mktemp("one_day") / "home")
    assert run(home, only=DAY_1).days[0].error is None
    return home
