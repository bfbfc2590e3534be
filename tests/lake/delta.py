#!/usr/bin/env python3
"""Reads a world's Delta tables with delta-rs and polars: after kills they hold the rows of a twin's JSON lines, and a day is one
file. Then delta-rs changes a table, which the world refuses; once that is undone, the world goes on. The arguments are the program
and an empty folder."""

import datetime
import json
import os
import pathlib
import signal
import subprocess
import sys

import deltalake
import polars
import pyarrow

WORLD = "--people 300 --region houston,london --seed 11 --start 2026-01-01 --set topics.users.enabled=true"
MIDDLE, END = "2026-01-09", "2026-01-12"
PAYMENTS, USERS = "transaction_fraud_detection", "populace.users"
TOPICS = [PAYMENTS, "estimated_time_of_arrival", "e_commerce_customer_interactions", USERS]
POINTS = ["lake.convert", "lake.publish", "lake.commit", "lake.committed", "lake.list", "lake.drop"]


def run(populace, data, words, fails=False, **environment):
    """Runs the program, and ends the script unless it ends as it should. Returns how it ended."""
    words = [populace, *words.split(), "--data-dir", str(data)]
    ended = subprocess.run(words, capture_output=True, text=True, env={**os.environ, **environment})
    if not environment and (ended.returncode != 0) != fails:
        sys.exit(f"{words} ended with {ended.returncode}: {ended.stdout}{ended.stderr}")
    return ended


def go_on(populace, data, end, fails=False):
    """Goes on to an instant."""
    return run(populace, data, f"backfill --progress none --end {end}", fails)


def kill_around_commits(populace, data):
    """Kills the world at the points around its commits, as far as it reaches them before its end."""
    kills = 0
    for point in POINTS:
        words = f"run --http off --end {MIDDLE} --speed 300000 --set run.checkpoint_seconds=0.1"
        ended = run(populace, data, words, POPULACE_CRASH_AT=point)
        kills += ended.returncode == -signal.SIGKILL
        if ended.returncode not in (0, -signal.SIGKILL):
            sys.exit(f"killed at {point}: {ended.stderr}")
    # The first point is before the first commit.
    if kills == 0:
        sys.exit("no run was killed")
    print(f"{kills} of {len(POINTS)} runs were killed")


def plain(value):
    """A value as JSON has it."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list) else value


def twin_rows(data, topic):
    """The rows of a topic of JSON lines, by day."""
    lines = {path.stem: path.read_text().splitlines() for path in sorted((data / "topics" / topic).glob("*.jsonl"))}
    rows = {day: [json.loads(line) for line in lines] for day, lines in lines.items()}
    # The end of a table's row is no row.
    return {day: [row for row in of_day if "deleted" not in row] for day, of_day in rows.items()}


def same_rows(reader, topic, day, rows, expected):
    """Ends the script unless the rows of a day are those of the twin."""
    found = [{name: plain(value) for name, value in row.items() if name != "dt"} for row in rows]
    if found != expected:
        place = next((n for n, pair in enumerate(zip(found, expected)) if pair[0] != pair[1]), min(len(found), len(expected)))
        sys.exit(f"{topic} of {day} by {reader} differs at row {place}:\n{found[place:place + 1]}\n{expected[place:place + 1]}")


def compare(data, topic, twin):
    """Compares a table as delta-rs and polars read it, and its extremes as the log's statistics give them."""
    place, time = str(data / "topics" / topic), "valid_from" if topic == USERS else "timestamp"
    table, frame = deltalake.DeltaTable(place), polars.read_delta(place)
    columns = f"cast(dt as varchar) dt, count(*) count, min({time}) first, max({time}) last"
    query = deltalake.QueryBuilder().register("rows", table).execute(f"select {columns} from rows group by dt")
    extremes = {row["dt"]: row for batch in query for row in pyarrow.record_batch(batch).to_pylist()}
    if extremes.keys() != twin.keys() or table.to_pyarrow_table().num_rows != frame.height:
        sys.exit(f"{topic}: {sorted(extremes)} with {frame.height} rows, and {sorted(twin)} in JSON")
    for day, expected in twin.items():
        files = [path for path in table.file_uris() if f"dt={day}" in path]
        if len(files) != 1:
            sys.exit(f"{topic}: {day} is in {files}")
        same_rows("delta-rs", topic, day, table.to_pyarrow_table(partitions=[("dt", "=", day)]).to_pylist(), expected)
        same_rows("polars", topic, day, frame.filter(polars.col("dt").cast(polars.String) == day).to_dicts(), expected)
        found, times = extremes[day], [row[time] for row in expected]
        if (found["count"], plain(found["first"]), plain(found["last"])) != (len(times), min(times), max(times)):
            sys.exit(f"{topic} of {day} by delta-rs's query: {found}, and {len(times)} from {min(times)} to {max(times)}")
    print(f"{topic}: {frame.height} rows of {len(twin)} days, equal by delta-rs and polars")


def changed_by_others(populace, data):
    """Lets delta-rs delete rows, which the world refuses until that commit is taken back and what it left is vacuumed."""
    path = data / "topics" / PAYMENTS
    version = deltalake.DeltaTable(str(path)).version()
    deltalake.DeltaTable(str(path)).delete("amount > 100")
    entry = path / "_delta_log" / f"{version + 1:020}.json"
    for ended in [go_on(populace, data, END, fails=True), run(populace, data, "verify", fails=True)]:
        if entry.name not in ended.stderr or "DELETE by delta-rs" not in ended.stderr:
            sys.exit(f"the world says: {ended.stderr}")
    entry.unlink()
    table = deltalake.DeltaTable(str(path))
    left = table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)
    if not left or table.version() == version:
        sys.exit(f"vacuum removed {left}, at version {table.version()}")


def main():
    """Runs all checks."""
    populace, data, twin = sys.argv[1], pathlib.Path(sys.argv[2]) / "data", pathlib.Path(sys.argv[2]) / "twin"
    run(populace, twin, f"backfill --progress none {WORLD} --end {END}")
    run(populace, data, f"backfill --progress none {WORLD} --set files.format=delta --end 2026-01-01T06:00:00Z")
    kill_around_commits(populace, data)
    go_on(populace, data, MIDDLE)
    changed_by_others(populace, data)
    go_on(populace, data, END)
    for topic in TOPICS:
        compare(data, topic, twin_rows(twin, topic))
    run(populace, data, "verify")


if __name__ == "__main__":
    main()
