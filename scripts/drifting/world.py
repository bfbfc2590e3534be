"""A finished run: its rules and ledger as `populace scenario show --json` tells them, and its records in event order.
Knows files; not what is looked for in them."""

import json
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

TRANSACTIONS, TRIPS, INTERACTIONS = "transactions", "trips", "interactions"
DAY = 86_400.0


class Trouble(Exception):
    """Something that the user can mend; the text says how."""


def seconds(text):
    """Seconds since 1970 of an RFC 3339 instant."""
    return datetime.fromisoformat(text).timestamp()


@dataclass(frozen=True)
class Change:
    """One transition of a drift: when it begins to show, its middle, and when it is through."""

    drift: str
    key: str
    kind: str
    label: str
    region: str | None
    begins: float
    centre: float
    ends: float


class World:
    """The files of a world and what is known of it."""

    def __init__(self, populace, data_dir, out=None):
        self.folder = Path(data_dir)
        self.topics = Path(out) if out else self.folder / "topics"
        if not (self.folder / "world").is_dir():
            raise Trouble(f"there is no world in {self.folder}: give the folder that `populace run --data-dir` wrote")
        if not self.topics.is_dir():
            raise Trouble(f"there are no topic files in {self.topics}: name their folder by --out, as in the run")
        told = show(populace, self.folder)
        self.rules, self.ledger, self.calendar = told["scenario"], told["drifts"], told.get("calendar", [])
        self.start = seconds(self.rules["world"]["start"])

    def files(self, topic):
        """The files of a topic, oldest first."""
        return sorted((self.topics / self.rules["topics"][topic]["name"]).glob("*.jsonl"))

    def records(self, topic):
        """The records of a topic in event order, each with its instant in seconds."""
        for file in self.files(topic):
            with file.open(encoding="utf-8") as lines:
                for line in lines:
                    record = json.loads(line)
                    yield seconds(record["timestamp"]), record

    def count(self, topic):
        """About how many records a topic has."""
        files = self.files(topic)
        if not files:
            return 0
        with files[0].open("rb") as lines:
            return sum(file.stat().st_size for file in files) // max(1, len(lines.readline()))

    def lacking(self, topic, fields):
        """What the records of a topic lack of these fields under their own names, and what to do; empty if nothing."""
        first = next(self.records(topic), None)
        missing = [field for field in fields if first is not None and field not in first[1]]
        if not missing:
            return ""
        return f"the {topic} of this world have no {', '.join(missing)}: list all fields, with these, in [topics.{topic}] fields"

    def end(self):
        """The last instant of the files, in seconds."""
        newest = [file for topic in (TRANSACTIONS, TRIPS, INTERACTIONS) for file in self.files(topic)[-1:]]
        if not newest:
            raise Trouble(f"the topics in {self.topics} are empty: run the world first")
        return max(seconds(json.loads(last_line(file))["timestamp"]) for file in newest)

    def changes(self):
        """Every transition of the ledger that lies within the files, by time; what comes and goes has two a visit."""
        end = self.end()
        found = [change for drift in self.ledger for change in transitions(drift, end)]
        return sorted(found, key=lambda change: (change.centre, change.drift))


def transitions(drift, end):
    """The transitions of a drift before `end`."""
    begins, start, centre, ends = (seconds(drift[key]) for key in ("begins", "start", "centre", "end"))
    length, period = drift["length_seconds"], drift["period_seconds"]
    visit = 0
    while True:
        later = visit * (period or 0.0)
        for gone in [0.0] if length is None else [0.0, length]:
            shift = later + gone
            if begins + shift < end:
                yield Change(
                    drift["drift_id"],
                    drift["key"],
                    drift["kind"],
                    drift["class"],
                    drift["region"],
                    begins + shift,
                    centre + shift,
                    ends + shift,
                )
        visit += 1
        if period is None or begins + visit * period >= end:
            return


def last_line(file):
    """The last whole line of a file."""
    with file.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 65_536))
        return stream.read().rstrip(b"\n").rsplit(b"\n", 1)[-1]


def show(populace, folder):
    """The rules and the ledger of the world in a folder."""
    command = [str(populace), "scenario", "show", "--data-dir", str(folder), "--json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Trouble(f"{populace} cannot be run ({error.strerror}): build it, or name it by --populace") from error
    if done.returncode != 0:
        raise Trouble(f"`{' '.join(command)}` failed: {done.stderr.strip()}")
    return json.loads(done.stdout)
