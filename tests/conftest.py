"""Fixtures that tests of several kinds share."""

import pytest


@pytest.fixture(scope="session")
def spark():
    """The one Spark session of a test run."""
    from warehouse.engines.spark_engine import local_session

    session = local_session(cores=1)  # its tables are small, and tests run side by side
    yield session
    session.stop()
