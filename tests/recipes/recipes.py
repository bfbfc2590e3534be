#!/usr/bin/env python3
"""Runs the blocks of docs/consuming.md that are marked `<!-- run: ENGINE -->`, each in a process of its own, and compares how
many records each reads with how many there are. Ends with 1 where one differs, or where an engine has no block.

The arguments are the document, the broker, the data folder, the folder of the connectors, the number of transactions, the
number of people, and the engines to run."""

import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"<!-- run: (\S+) -->\n```\w+\n(.*?)\n```", re.DOTALL)

FLINK = '''
from pyflink.table import EnvironmentSettings, TableEnvironment

tables = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
tables.get_config().set("pipeline.jars", {jars!r})
tables.get_config().set("parallelism.default", "1")
statements = [part.strip() for part in {text!r}.split(";") if part.strip()]
for statement in statements[:-1]:
    tables.execute_sql(statement)
rows = [row[-1] for row in tables.execute_sql(statements[-1]).collect()]
print({count})
'''

# Kafka's connector of Spark is found by the session that the block makes.
SPARK = '''
import os

os.environ["PYSPARK_SUBMIT_ARGS"] = "--jars " + {jars!r} + " --conf spark.ui.enabled=false pyspark-shell"
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
'''


def jars(folder, prefixes, scheme=""):
    """The connectors whose names begin with one of the prefixes, as one argument."""
    found = [path for prefix in prefixes for path in sorted(folder.glob(f"{prefix}*.jar"))]
    return (";" if scheme else ",").join(f"{scheme}{path}" for path in found)


def flink(text, folder, count):
    """A program that runs statements of Flink SQL and prints what is counted over the rows of the last."""
    return FLINK.format(text=text, jars=jars(folder, ["flink-"], "file://"), count=count)


def spark(text, folder):
    """The program of a block with Spark's connectors."""
    return SPARK.format(jars=jars(folder, ["spark-", "kafka-clients", "commons-pool2"])) + text


def duckdb(text):
    """A program that prints what the last column of a query adds up to, or how many rows it has where that is no number."""
    return f"""
import duckdb

rows = duckdb.sql({text!r}).fetchall()
print(len(rows) if len(rows) > 100 else sum(row[1] for row in rows))
"""


def clickhouse(text):
    """A program that prints what the last column of a query adds up to."""
    return f"""
import chdb

print(sum(int(line.split(",")[-1]) for line in str(chdb.query({text!r}, "CSV")).splitlines()))
"""


def program(engine, text, folder):
    """The program that runs a block."""
    made = {
        "flink": lambda: flink(text, folder, "sum(rows)"),
        "flink-table": lambda: flink(text, folder, "rows[-1]"),
        "spark": lambda: spark(text, folder),
        "duckdb": lambda: duckdb(text),
        "clickhouse": lambda: clickhouse(text),
    }
    return made.get(engine, lambda: text)()


def late(data):
    """The number of transactions of the last three days, which the first query of DuckDB counts."""
    import duckdb as engine

    files = f"read_parquet('{data}/topics/transaction_fraud_detection/**/*.parquet')"
    return engine.sql(f"select count(*) from {files} where timestamp >= timestamptz '2026-01-05 00:00:00+00'").fetchall()[0][0]


def main():
    document, broker, data, folder, transactions, people, *engines = sys.argv[1:]
    text = pathlib.Path(document).read_text().replace("localhost:9092", broker).replace("'data/", f"'{data}/")
    blocks = [(engine, block) for engine, block in BLOCK.findall(text) if engine in engines]
    missing = set(engines) - {engine for engine, _ in blocks}
    if missing:
        sys.exit(f"{document} has no block for {', '.join(sorted(missing))}")
    wanted = {"flink-table": [int(people)], "duckdb": [late(data), int(transactions)]}
    for engine, block in blocks:
        made = program(engine, block, pathlib.Path(folder).resolve())
        ended = subprocess.run([sys.executable, "-c", made], capture_output=True, text=True, timeout=300)
        said = ended.stdout.strip().splitlines()[-1:] or [""]
        one = wanted.setdefault(engine, [int(transactions)]).pop(0)
        if ended.returncode != 0 or said[0] != str(one):
            sys.exit(f"{engine} read {said[0]!r}, not {one}:\n{block}\n{ended.stderr[-3000:]}")
        print(f"{engine} read {one} records")


main()
