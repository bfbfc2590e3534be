#!/usr/bin/env python3
"""Reads a world's files of Parquet in Hive folders with DuckDB: folders are skipped by their names, and an ASOF join gives each
transaction the user's row that held then, and exported tables are the same in every format. The arguments are the program and an empty folder."""

import pathlib
import re
import subprocess
import sys

import duckdb

WORLD = "--people 400 --seed 9 --start 2026-01-01 --end 2026-02-15 --progress none"
SETTINGS = "files.format=parquet files.layout=hive topics.users.enabled=true"


def run(populace, data, *words):
    """Runs the program, and ends the script where it fails."""
    ended = subprocess.run([populace, *words, "--data-dir", str(data)], capture_output=True, text=True)
    if ended.returncode != 0:
        sys.exit(f"{' '.join(words)}: {ended.stderr}")
    return ended.stdout


def read(data, topic):
    """The table of a topic in DuckDB."""
    return f"read_parquet('{data}/topics/{topic}/**/*.parquet', hive_partitioning = true)"


def one(query):
    """The only value of a query."""
    return duckdb.sql(query).fetchall()[0][0]


def pruned(data):
    """Ends the script unless a query of one day reads the file of that day alone."""
    payments = read(data, "transaction_fraud_detection")
    days = one(f"select count(distinct dt) from {payments}")
    plan = duckdb.sql(f"explain analyze select count(*) from {payments} where dt = '2026-01-20'").fetchall()
    text = "\n".join(str(part) for row in plan for part in row)
    found = re.search(r"(?:Scanning Files: 1/(\d+)|Total Files Read: 1\b)", text)
    if days != 45 or found is None:
        sys.exit(f"of {days} days not one was read: {text}")


def joined(populace, data, folder):
    """Ends the script unless the ASOF join gives the rows that the history of the table says."""
    run(populace, data, "export", "tables", "--history", "--tables", "users", "--out", str(folder))
    history = next(folder.rglob("*.jsonl"))
    payments, users = read(data, "transaction_fraud_detection"), read(data, "populace.users")
    asof = f"""select transaction_id, valid_from, debit_card_id, devices, children_born from {payments} t
        asof join {users} u on t.user_id = u.user_id and t.timestamp >= u.valid_from"""
    held = f"""select transaction_id, h.valid_from, h.debit_card_id, h.devices, h.children_born
        from (select transaction_id, user_id::varchar user_id, timestamp from {payments}) t
        join (select user_id::varchar user_id, valid_from::timestamptz valid_from, valid_to::timestamptz valid_to,
                debit_card_id::varchar debit_card_id, devices, children_born from read_json('{history}')) h
        on t.user_id = h.user_id and t.timestamp >= h.valid_from and (h.valid_to is null or t.timestamp < h.valid_to)"""
    asof = f"select transaction_id::varchar, valid_from, debit_card_id::varchar, devices, children_born from ({asof})"
    held = f"select transaction_id::varchar, valid_from, debit_card_id, devices, children_born from ({held})"
    count = one(f"select count(*) from {payments}")
    late = one(f"select count(*) from ({asof}) where valid_from > timestamptz '2026-01-01 00:00:00+00'")
    differ = one(f"select count(*) from (({asof}) except ({held}))") + one(f"select count(*) from (({held}) except ({asof}))")
    if one(f"select count(*) from ({asof})") != count or late == 0 or differ != 0:
        sys.exit(f"of {count} transactions {differ} rows differ, and {late} have a row that changed")
    print(f"DuckDB: {count} transactions with the row that held then, {late} of them with one that changed since the start")


def exported(populace, data, folder):
    """Ends the script unless the tables as Parquet and CSV hold the rows that the lines of JSON hold."""
    for form in ("jsonl", "csv", "parquet"):
        run(populace, data, "export", "tables", "--history", "--format", form, "--out", str(folder / form))
    counts = []
    for table in ("users", "drivers", "customers", "merchants", "products"):
        lines, parquet, csv = (f"'{folder / form / table}.{form}'" for form in ("jsonl", "parquet", "csv"))
        types = {row[0]: row[1] for row in duckdb.sql(f"describe from read_parquet({parquet})").fetchall()}
        columns = ", ".join(f"{name}::{kind} {name}" for name, kind in types.items())
        lines = f"select {columns} from read_json({lines}, convert_strings_to_integers = false)"
        same(table, "parquet", lines, f"select * from read_parquet({parquet})")
        flat = ", ".join(flattened(name, kind) for name, kind in types.items())
        texts = f"select {flat} from ({lines})"
        kinds = {row[0]: row[1] for row in duckdb.sql(f"describe {texts}").fetchall()}
        typed = ", ".join(f"{name}::{kind} {name}" for name, kind in kinds.items())
        same(table, "csv", texts, f"select {typed} from read_csv({csv}, header = true, all_varchar = true)")
        counts.append(f"{one(f'select count(*) from ({lines})')} {table}")
    print(f"DuckDB: the same rows as JSON, Parquet and CSV: {', '.join(counts)}")


def flattened(name, kind):
    """The columns of a CSV file for a column, which are those of its parts if it has parts."""
    if not kind.startswith("STRUCT("):
        return name
    parts = re.findall(r"[(,] ?\"?(\w+)\"? ", kind)
    return ", ".join(f"{name}.{part} as {name}_{part}" for part in parts)


def same(table, form, wanted, found):
    """Ends the script unless two queries give the same rows, each as often."""
    count, differ = one(f"select count(*) from ({wanted})"), 0
    for first, second in ((wanted, found), (found, wanted)):
        differ += one(f"select count(*) from (({first}) except all ({second}))")
    if count == 0 or differ != 0:
        sys.exit(f"{table} as {form}: of {count} rows {differ} differ from the lines of JSON")


def main():
    """Runs all checks."""
    populace, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    data = folder / "data"
    run(populace, data, "backfill", *WORLD.split(), *(word for one in SETTINGS.split() for word in ("--set", one)))
    pruned(data)
    joined(populace, data, folder / "tables")
    exported(populace, data, folder / "exported")


if __name__ == "__main__":
    main()
