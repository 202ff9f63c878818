"""The open warehouse as a resource of runs that Dagster starts itself."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from pipelines.open_warehouse import OpenWarehouse, open_warehouse
from warehouse.home import Home

_lock = threading.Lock()


def warehouse_resource(home: Home) -> dg.ResourceDefinition:
    """The `warehouse` resource of runs that Dagster starts itself: opened for the run, closed behind it."""

    @dg.resource
    @contextmanager
    def warehouse(_context: dg.InitResourceContext) -> Iterator[OpenWarehouse]:
        with _lock, open_warehouse(home) as opened:
            yield opened

    return warehouse
