#!/usr/bin/env python3
"""Reads the files of populace-lake with pyarrow, polars, DuckDB and fastavro, which were not written here, and compares each
row with the JSON twin. The argument is a folder that the test `files_are_written_for_other_readers` wrote."""

import csv
import datetime
import json
import pathlib
import sys
import uuid

import duckdb
import fastavro
import polars
import pyarrow
import pyarrow.csv
import pyarrow.parquet


def plain(value):
    """A value as JSON has it."""
    if isinstance(value, datetime.datetime):
        zone = value.tzinfo is not None
        if zone:
            value = value.astimezone(datetime.timezone.utc)
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f") + ("+00:00" if zone else "")
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def flat(row):
    """A row with the columns of a file without nested values."""
    columns = {}
    for name, value in row.items():
        if isinstance(value, dict):
            columns.update({f"{name}_{part}": inner for part, inner in value.items()})
        else:
            columns[name] = json.dumps(value, separators=(",", ":")) if isinstance(value, list) else value
    return columns


def same(read, wanted, names):
    """Whether two rows are the same, in their order of columns too, with the types of JSON."""
    if list(read) != names:
        return False
    for name in names:
        one, other = plain(read[name]), wanted[name]
        if one != other or isinstance(one, bool) != isinstance(other, bool):
            return False
    return True


def compare(reader, path, rows, wanted):
    """Ends the script where a row differs."""
    count = 0
    names = list(wanted[0])
    for place, row in enumerate(rows):
        if place >= len(wanted) or not same(row, wanted[place], names):
            there = wanted[place] if place < len(wanted) else None
            sys.exit(f"{reader} reads row {place} of {path} as\n{row}\nand JSON has\n{there}")
        count += 1
    if count != len(wanted):
        sys.exit(f"{reader} reads {count} rows of {path}, and JSON has {len(wanted)}")


def duckdb_rows(query):
    """The rows of a query."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    result = connection.execute(query)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row)) for row in result.fetchall()]


def parquet(path, twin):
    """Compares a Parquet file, and what it says of itself."""
    compare("pyarrow", path, pyarrow.parquet.read_table(path).to_pylist(), twin)
    compare("polars", path, polars.read_parquet(path).to_dicts(), twin)
    compare("DuckDB", path, duckdb_rows(f"SELECT * FROM read_parquet('{path}')"), twin)
    file = pyarrow.parquet.ParquetFile(path)
    properties = file.metadata.metadata
    if properties[b"populace.seed"] != b"5" or len(properties[b"populace.world_id"]) != 32:
        sys.exit(f"{path} says {properties}")
    statistics(path, file.metadata, twin)
    return file.metadata.num_row_groups


def statistics(path, metadata, twin):
    """Compares the statistics of each row group with its rows."""
    start = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        rows = [flat(row) for row in twin[start : start + group.num_rows]]
        start += group.num_rows
        for place in range(group.num_columns):
            column = group.column(place)
            name = column.path_in_schema.replace(".", "_")
            if name.endswith("_list_element"):
                continue
            values = [row[name] for row in rows if row[name] is not None]
            found = column.statistics
            if found.null_count != len(rows) - len(values):
                sys.exit(f"{path}: {name} has {found.null_count} nulls in row group {number}")
            if found.has_min_max != bool(values) or (values and not in_order(found, values)):
                sys.exit(f"{path}: {name} is said to be {found.min} to {found.max} in row group {number}")


def in_order(found, values):
    """Whether the least and the greatest value are those of the values, texts compared by their bytes."""
    text = isinstance(values[0], str)
    key = (lambda value: value.encode()) if text else (lambda value: value)
    return [plain(found.min), plain(found.max)] == [min(values, key=key), max(values, key=key)]


def avro(path, twin):
    """Compares an object container file."""
    with open(path, "rb") as file:
        compare("fastavro", path, fastavro.reader(file), twin)


def lines(path, twin):
    """Compares a file of JSON lines, however it is compressed."""
    with pyarrow.input_stream(str(path), compression="detect") as file:
        rows = [json.loads(line) for line in file.read().splitlines()]
    compare("json", path, rows, twin)
    counted = duckdb_rows(f"SELECT count(*) AS n FROM read_json('{path}', format = 'newline_delimited')")
    if counted[0]["n"] != len(twin):
        sys.exit(f"DuckDB reads {counted[0]['n']} rows of {path}, and JSON has {len(twin)}")


def separated(path, twin):
    """Compares a file of comma-separated values, however it is compressed."""
    wanted = [flat(row) for row in twin]
    options = pyarrow.csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
    compare("pyarrow", path, pyarrow.csv.read_csv(str(path), convert_options=options).to_pylist(), wanted)
    query = f"SELECT * FROM read_csv('{path}', sample_size = -1, allow_quoted_nulls = false)"
    compare("DuckDB", path, duckdb_rows(query), wanted)
    with pyarrow.input_stream(str(path), compression="detect") as file:
        text = file.read().decode().splitlines()
    if next(csv.reader(text)) != list(wanted[0]):
        sys.exit(f"{path} begins with {text[0]}")


READERS = {"parquet": parquet, "avro": avro, "jsonl": lines, "csv": separated}


def main():
    """Compares all files of the folder."""
    folder = pathlib.Path(sys.argv[1])
    groups, counts = 0, dict.fromkeys(READERS, 0)
    for twin_path in sorted(folder.glob("*.twin")):
        twin = [json.loads(line) for line in twin_path.read_text().splitlines()]
        for path in sorted(folder.glob(f"{twin_path.stem}.*")):
            kind = next((kind for kind in READERS if kind in path.name.split(".")), None)
            if kind is None:
                continue
            groups = max(groups, READERS[kind](path, twin) or 0)
            counts[kind] += 1
    if groups < 3 or min(counts.values()) < 6:
        sys.exit(f"{folder} holds too little: {counts}, {groups} row groups in one file")
    print(f"pyarrow, polars, DuckDB and fastavro read {sum(counts.values())} files as JSON has them: {counts}")


if __name__ == "__main__":
    main()
