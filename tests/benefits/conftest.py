import pytest

from tests.benefits.office import Office
from warehouse.home import Home


@pytest.fixture
def office(tmp_path):
    opened = Office(Home(tmp_path / "home"))
    yield opened
    opened.close()
