"""A Spark in this process. Needs the `spark` extra and a JDK; nothing but tests and trials imports this module."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession

from warehouse.clock import TIME_ZONE


def _first_jars() -> str:
    """The libraries that most classes come from: Java looks for each class through hundreds, one after the other."""
    jars = Path(pyspark.__file__).parent / "jars"
    return os.pathsep.join(str(jar) for kind in ("sql", "catalyst", "core") for jar in jars.glob(f"spark-{kind}_*.jar"))


def local_session(cores: int = 2, memory: str = "1g") -> SparkSession:
    """A Spark in this process, for tests and trials: no web page, loopback only, no more shuffling than cores.

    Its tables are small, so that planning is most of the work: quick compilation beats good compilation, and neither
    compiling a plan nor thinking it over while it runs pays.
    """
    settings = {
        "spark.driver.memory": memory,
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmn256m -XX:MetaspaceSize=256m "
        # Java sets 48 MB aside for what it compiled quickly: Spark fills them, and it is thrown out and compiled again.
        "-XX:ReservedCodeCacheSize=256m",
        "spark.driver.extraClassPath": _first_jars(),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",  # Spark's own words may quote a person's data
        "spark.sql.session.timeZone": TIME_ZONE,
        "spark.sql.shuffle.partitions": str(cores),
        # Compiling a plan, or an expression, into code pays from some hundred thousand rows on.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        # Megabytes would be set aside for each table that is sorted, grouped or sent to a join, and cleared up again.
        "spark.buffer.pageSize": "256k",
        "spark.broadcast.blockSize": "64k",
        "spark.broadcast.compress": "false",
        "spark.shuffle.compress": "false",
        # Nobody looks back at what ran, and saying how it was planned takes longer than planning it.
        "spark.sql.maxPlanStringLength": "0",
        "spark.sql.ui.retainedExecutions": "1",
        "spark.ui.retainedJobs": "1",
        "spark.ui.retainedStages": "1",
        "spark.ui.retainedTasks": "1",
    }
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # named functions run in this Python; no setting says so
    builder = SparkSession.builder.appName("hedui").master(f"local[{cores}]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
