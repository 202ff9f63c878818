"""Fixtures that tests of several kinds share."""

import sys

import pytest
from hypothesis import settings

# No test says anything of time: by default an example that takes long fails.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# A process of pytest-xdist has a main module without a file. PySpark, which Great Expectations loads where it is
# installed, takes that for a run of its own doctests and ends the process.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = __file__


@pytest.fixture(scope="session")
def spark():
    """The one Spark session of a test run."""
    from warehouse.engines.spark_engine import local_session

    session = local_session(cores=1)  # its tables are small, and tests run side by side
    yield session
    session.stop()
