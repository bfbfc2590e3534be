"""What a world does when it is read, and when it is asked for what it cannot do."""

from __future__ import annotations

import datetime
import importlib.metadata
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import populace


def world(**arguments: Any) -> populace.World:
    chosen: dict[str, Any] = {"people": 300, "seed": 7, **arguments}
    return populace.World(**chosen)


def test_columns_have_their_types() -> None:
    table = pa.table(world(topics=["transactions"]).run(days=1)["transactions"])
    types = {field.name: field.type for field in table.schema}
    word = pa.dictionary(pa.int16(), pa.string())
    assert types["timestamp"] == pa.timestamp("us", tz="UTC")
    assert types["amount"] == pa.float64()
    assert types["currency"] == word
    assert types["location"] == pa.struct([pa.field("lat", pa.float64(), False), pa.field("lon", pa.float64(), False)])
    assert types["device_info"] == pa.struct([pa.field("os", word, False), pa.field("browser", word, False)])
    assert types["cvv_provided"] == pa.bool_()
    assert types["is_fraud"] == pa.int64()


def test_chosen_fields_nulls_lists_and_constants() -> None:
    fields = [
        "transaction_id",
        "campaign_id",
        "concept",
        "site = 'eu'",
        "version = 3",
        "timestamp_naive",
        "account_id",
    ]
    scenario = {"bank": {"fraud": {"rate": 0.05}}, "topics": {"transactions": {"fields": fields}}}
    made = world(scenario=scenario, topics=["transactions"])
    table = pa.table(made.fork().run(days=3)["transactions"])
    table.validate(full=True)
    rows, events = table.to_pylist(), list(made.events(days=3))
    assert 0 < table["campaign_id"].null_count < table.num_rows
    assert table.schema.field("timestamp_naive").type == pa.timestamp("us")
    for row, event in zip(rows, events, strict=True):
        row["timestamp_naive"] = row["timestamp_naive"].isoformat(timespec="microseconds")
        assert row == event


def test_rows_that_are_gone_have_nulls() -> None:
    made = world(people=100, topics=["users"])
    rows = pa.table(made.fork().run(days=400)["users"]).to_pylist()
    events = list(made.events(days=400))
    assert len(rows) == len(events) >= 100
    for row, event in zip(rows, events, strict=True):
        assert row["user_id"] == event["user_id"]
        if event.get("deleted"):
            assert [name for name, value in row.items() if value is not None] == ["user_id", "valid_from"]
    assert any(event.get("deleted") for event in events)


def test_other_libraries_take_tables() -> None:
    polars = pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    tables = world().run(days=2)
    trips = tables["trips"]
    frame = polars.DataFrame(trips)
    assert frame.height == len(trips) > 10
    assert frame["timestamp"].dtype == polars.Datetime("us", "UTC")
    assert duckdb.sql("select count(*) from trips").fetchall() == [(len(trips),)]
    # A table is read as often as one likes.
    assert polars.DataFrame(trips).equals(frame)


def test_an_iterator_that_is_closed_leaves_the_rest() -> None:
    whole = list(world().events(days=1))
    made = world()
    first = made.events(days=1)
    found = [next(first) for _ in range(100)]
    del first
    found += made.events(until="2026-01-02")
    assert found == whole


def test_topics_are_chosen_by_any_of_their_names() -> None:
    made = world()
    assert made.topics == ("transactions", "trips", "interactions")
    only = list(made.fork().events(days=1, topics=["trips"]))
    assert only == [event for event in made.events(days=1) if "trip_id" in event]
    assert only == list(world(topics=["estimated_time_of_arrival"]).events(days=1))


def test_two_iterators_at_once_are_refused() -> None:
    made = world()
    first = made.events()
    next(first)
    with pytest.raises(populace.BusyError, match="finish it or call its close"):
        next(made.batches("trips"))
    with pytest.raises(populace.BusyError):
        made.run(days=1)
    with pytest.raises(populace.BusyError, match="have not been read"):
        made.save("nowhere")
    first.close()  # type: ignore[attr-defined]
    assert next(made.events(until=made.now))


def test_threads_that_share_a_world_get_errors_not_deadlocks() -> None:
    made = world(people=2000)
    outcomes: list[str] = []

    def read() -> None:
        try:
            made.run(days=20)
            outcomes.append("read")
        except populace.BusyError:
            outcomes.append("busy")

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(outcomes) == 4 and "read" in outcomes


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"people": "many"}, TypeError, "people must be a whole number"),
        ({"people": -1}, ValueError, "people must be 0 to"),
        ({"people": 0}, populace.ScenarioError, "world.people"),
        ({"seed": 2**64}, ValueError, "seed must be 0 to"),
        ({"threads": 0}, ValueError, "threads must be 1 to"),
        ({"start": 5}, TypeError, "start must be a date"),
        ({"start": "soon"}, populace.ScenarioError, "world.start"),
        ({"scenario": "drift-lockdwn"}, populace.ScenarioError, "did you mean `drift-lockdown`"),
        ({"scenario": 7}, TypeError, "scenario must be a dict"),
        ({"scenario": "missing.toml"}, FileNotFoundError, "missing.toml"),
        ({"scenario": {"bank": {"fraud": {"raet": 1}}}}, populace.ScenarioError, "did you mean `bank.fraud.rate`"),
        ({"scenario": {"bank": 3}}, TypeError, "is a section"),
        ({"scenario": {"bank": {"fraud": {"rate": None}}}}, TypeError, "bank.fraud.rate is None"),
        ({"scenario": "[bank.fraud]\nrate = 7"}, populace.ScenarioError, "scenario:2"),
        ({"topics": ["transaction"]}, ValueError, "did you mean `transactions`"),
        ({"topics": "trips"}, TypeError, "topics must be a list"),
        ({"topics": []}, ValueError, "at least one"),
    ],
)
def test_wrong_arguments_are_explained(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as raised:
        world(**arguments)
    assert words in str(raised.value)


def test_wrong_requests_are_explained(tmp_path: Path) -> None:
    made = world()
    with pytest.raises(ValueError, match="World\\(topics="):
        made.batches("labels")
    with pytest.raises(ValueError, match="did you mean"):
        made.events(topics=["tripz"])
    with pytest.raises(TypeError, match="not both"):
        made.events(until="2026-01-02", days=1)
    with pytest.raises(TypeError, match="needs an end"):
        made.run()
    with pytest.raises(ValueError, match="tomorrow"):
        made.events(until="tomorrow")
    with pytest.raises(ValueError, match="is a table"):
        world(topics=["users"]).to_parquet(tmp_path, days=1)
    (tmp_path / "no").write_bytes(b"nothing of the kind")
    with pytest.raises(populace.SavedWorldError, match="not a saved world"):
        populace.World.load(tmp_path / "no")


def test_parquet_has_the_rows_a_file_each_day(tmp_path: Path) -> None:
    made = world()
    tables = made.fork().run(days=2.5)
    made.to_parquet(tmp_path / "town", days=2.5, progress=True)
    names = sorted(path.relative_to(tmp_path / "town").as_posix() for path in (tmp_path / "town").rglob("*.*"))
    days = ["2026-01-01", "2026-01-02", "2026-01-03"]
    assert [name for name in names if "fraud" in name] == [f"transaction_fraud_detection/{day}.parquet" for day in days]
    whole = pa.concat_tables(pq.read_table(tmp_path / "town" / name) for name in names if "estimated" in name)
    trips = pa.table(tables["trips"])
    assert whole["trip_id"].to_pylist() == trips["trip_id"].to_pylist()
    assert whole["timestamp"].to_pylist() == trips["timestamp"].to_pylist()
    assert made.now == datetime.datetime(2026, 1, 3, 12, tzinfo=datetime.timezone.utc)
    with pytest.raises(OSError, match="exists already"):
        world().to_parquet(tmp_path / "town", days=1)
    assert not list((tmp_path / "town").rglob("*.partial"))


def test_the_lines_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = importlib.metadata.metadata("populace")["Description"]
    block = text.split("```python\n")[1].split("```")[0]
    assert len(block.splitlines()) >= 20
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})
