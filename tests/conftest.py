"""Fixtures that tests of several kinds share."""

import signal
import sys

import pytest
from hypothesis import settings

from warehouse.process import collect_seldom

# No test says anything of time: by default an example that takes long fails.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# As the command does it: what a test leaves in circles may lie there for a while.
collect_seldom()

# A shell that starts tests in the background has interrupts ignored, by them and by all that they start: some send one.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A process of pytest-xdist has a main module without a file. PySpark, which Great Expectations loads where it is
# installed, takes that for a run of its own doctests and ends the process.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = __file__


# Folders with the longest file and the longest slow test; files of a second come last (unit).
_FIRST = {"spec", "properties"}


def pytest_collection_modifyitems(items):
    """What takes longest begins: whoever is done waits for what the other began last."""
    items.sort(key=lambda item: item.path.parent.name not in _FIRST)


@pytest.fixture(scope="session")
def spark():
    """The one Spark session of a test run."""
    from warehouse.engines.spark_session import local_session

    session = local_session(cores=1)  # its tables are small, and tests run side by side
    yield session
    session.stop()


@pytest.fixture
def compiled(spark):
    """The Spark session as a cluster runs it: expressions are compiled, and plans thought over while they run."""
    usual = {"spark.sql.codegen.factoryMode": "FALLBACK", "spark.sql.adaptive.enabled": "true"}
    before = {name: spark.conf.get(name) for name in usual}
    for name, value in usual.items():
        spark.conf.set(name, value)
    yield spark
    for name, value in before.items():
        spark.conf.set(name, value)
