"""Worlds in the process have the very records of the program: field by field, type by type, and in the same order."""

from __future__ import annotations

import datetime
import json
import subprocess
from pathlib import Path

import pyarrow as pa
import pytest

import populace

TOPICS = {
    "transactions": "transaction_fraud_detection",
    "trips": "estimated_time_of_arrival",
    "interactions": "e_commerce_customer_interactions",
    "labels": "transaction_fraud_labels",
}
SCENARIO = """
[world]
people = 300
start = "2026-01-01"
[topics.labels]
enabled = true
[bank.fraud]
rate = 0.03
[[drift]]
key = "bank.amount_scale"
kind = "sudden"
at = "+2d"
factor = 2.0
[[campaign]]
kind = "mule-ring"
at = "+1d"
"""
END = "2026-01-06"


@pytest.fixture(scope="module", params=[1, 7, 2**63 + 5])
def seed(request: pytest.FixtureRequest) -> int:
    seed: int = request.param
    return seed


@pytest.fixture(scope="module")
def records(seed: int, program: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, object]]]:
    """The records of each topic, as the program writes them to files."""
    folder = tmp_path_factory.mktemp("daemon")
    (folder / "scenario.toml").write_text(SCENARIO)
    world = ["--scenario", str(folder / "scenario.toml"), "--seed", str(seed), "--end", END]
    subprocess.run(
        [program, "backfill", "--data-dir", str(folder / "data"), "--progress", "none", *world],
        check=True,
        capture_output=True,
    )
    return {name: lines(folder / "data" / "topics" / topic) for name, topic in TOPICS.items()}


def lines(folder: Path) -> list[dict[str, object]]:
    files = sorted(folder.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def topic_of(event: dict[str, object]) -> str:
    if "label" in event:
        return "labels"
    return {"transaction_id": "transactions", "trip_id": "trips", "event_id": "interactions"}[next(iter(event))]


def world(seed: int, threads: int = 1) -> populace.World:
    return populace.World(seed=seed, scenario=SCENARIO, threads=threads)


@pytest.mark.parametrize("threads", [1, 2])
def test_dicts_equal_the_records(seed: int, threads: int, records: dict[str, list[dict[str, object]]]) -> None:
    found: dict[str, list[dict[str, object]]] = {name: [] for name in TOPICS}
    for event in world(seed, threads).events(until=END):
        found[topic_of(event)].append(event)
    for name, wanted in records.items():
        assert len(wanted) > 10, name
        # `repr` tells 1, 1.0 and True apart, and the order of fields.
        assert list(map(repr, found[name])) == list(map(repr, wanted)), name


def test_the_order_is_that_of_time(seed: int) -> None:
    instants = [event.get("reported_at", event.get("timestamp")) for event in world(seed).events(days=2)]
    assert len(instants) > 1000
    assert instants == sorted(instants, key=str)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("topic", TOPICS)
def test_batches_equal_the_records(
    seed: int, threads: int, topic: str, records: dict[str, list[dict[str, object]]]
) -> None:
    batches = [pa.record_batch(batch) for batch in world(seed, threads).batches(topic, until=END, rows=500)]
    rows = [as_record(row) for batch in batches for row in batch.to_pylist()]
    assert all(batch.num_rows >= 500 for batch in batches[:-1])
    for batch in batches:
        batch.validate(full=True)
    assert rows == records[topic]


def test_tables_equal_the_records(seed: int, records: dict[str, list[dict[str, object]]]) -> None:
    tables = world(seed).run(until=END)
    assert list(tables) == list(TOPICS)
    for name, table in tables.items():
        whole = pa.table(table)
        whole.validate(full=True)
        assert len(table) == table.num_rows == whole.num_rows
        assert table.column_names == whole.column_names
        assert [as_record(row) for row in whole.to_pylist()] == records[name]


def test_saving_forking_and_pauses_change_nothing(
    seed: int, records: dict[str, list[dict[str, object]]], tmp_path: Path
) -> None:
    first = world(seed)
    events = list(first.events(days=1.3))
    first.save(tmp_path / "world")
    events += populace.World.load(tmp_path / "world", threads=2).events(until="2026-01-04")
    second = first.fork()
    assert list(second.events(until="2026-01-04")) == events[-sum(1 for _ in first.events(until="2026-01-04")) :]
    events += second.events(until=datetime.date(2026, 1, 6))
    assert [event for event in events if "is_fraud" in event] == records["transactions"]


def as_record(row: dict[str, object]) -> dict[str, object]:
    return {
        name: value.isoformat(timespec="microseconds") if isinstance(value, datetime.datetime) else value
        for name, value in row.items()
    }
