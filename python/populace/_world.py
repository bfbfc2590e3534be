"""A world in the process."""

from __future__ import annotations

import datetime
import importlib
import operator
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from . import _internal, _toml
from ._internal import Batch, Table

Instant: TypeAlias = str | datetime.date
"""A date, a datetime, or a text: ``"2026-03-01"``, RFC 3339, or ``"+30d"`` from now. Without an offset it is UTC."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_DAY = 86_400_000_000


def scenarios() -> dict[str, str]:
    """Returns the names of the shipped scenarios, each with one line about it."""
    return dict(_internal.scenarios())


class _Runner(Protocol):
    def advance(self, until: int) -> None: ...
    def close(self) -> None: ...


class _Bar(Protocol):
    def update(self, days: float) -> object: ...
    def close(self) -> object: ...


class World:
    """A world of people whose events are read in order: by time, then by whose they are.

    Reading moves the world on: the next reader goes on where the last one ended. One reader reads at a time; another
    raises :class:`BusyError` until the first is at its end or closed. Equal arguments give equal events, whatever the
    number of threads and the way of reading.
    """

    __slots__ = ("_engine", "_threads")

    def __init__(
        self,
        people: int | None = None,
        start: Instant | None = None,
        seed: int | None = None,
        scenario: Mapping[str, object] | str | os.PathLike[str] | None = None,
        topics: Sequence[str] | None = None,
        *,
        threads: int = 1,
    ) -> None:
        """Makes a world.

        :param people: the number of people; by default that of the scenario.
        :param start: the first instant, UTC; by default that of the scenario, or 2026-01-01 if it states none.
        :param seed: the seed of all random numbers, 0 to 2**64 - 1; by default that of the scenario.
        :param scenario: a dict of sections, a text of TOML, a path, or the name of a shipped scenario
            (:func:`scenarios`); what it leaves out has the program's defaults.
        :param topics: the topics that the world has, such as ``["transactions", "labels"]``; by default those of the
            scenario.
        :param threads: the number of threads that run the world. It changes no event.
        :raises ScenarioError: with every problem at once, and the nearest valid names.
        """
        self._threads = _whole("threads", threads, 1, 1024)
        text = _scenario(scenario)
        self._engine = _internal.Engine(
            text,
            isinstance(scenario, Mapping),
            None if people is None else _whole("people", people, 0, 2**32 - 1),
            None if start is None else _instant_text("start", start),
            None if seed is None else _whole("seed", seed, 0, 2**64 - 1),
            _names(topics),
            self._threads,
        )

    @property
    def now(self) -> datetime.datetime:
        """The instant up to which the world has run, with UTC. An iterator of events runs ahead by at most a day."""
        return _EPOCH + datetime.timedelta(microseconds=self._engine.now())

    @property
    def topics(self) -> tuple[str, ...]:
        """The names of the topics that the world has."""
        return tuple(self._engine.topic_names())

    @property
    def scenario(self) -> str:
        """The whole scenario as TOML, from which an equal world can be made."""
        return self._engine.scenario()

    def __repr__(self) -> str:
        """Returns the arguments and the instant up to which the world has run."""
        seed, people, start = self._engine.facts()
        return f"<populace.World of {people} people since {start[:10]}, seed {seed}, now {self.now.isoformat()}>"

    def events(
        self, until: Instant | None = None, *, days: float | None = None, topics: Sequence[str] | None = None
    ) -> Iterator[dict[str, object]]:
        """Returns the events before an instant, as dicts with the fields of the topic.

        A dict equals what ``json.loads`` makes of the record that the program sends. Memory does not grow, and without
        an end the events go on to the end of the calendar, 2200-01-01.

        :param until: the end, exclusive; or else
        :param days: the number of days from now.
        :param topics: the topics to give; by default all of the world. Events of others are passed over.
        :raises BusyError: at the first step, if another iterator reads the world.
        """
        return _internal.Events(self._engine, self._end(until, days), _names(topics))

    def batches(
        self, topic: str, until: Instant | None = None, *, days: float | None = None, rows: int = 65_536
    ) -> Iterator[Batch]:
        """Returns the rows of one topic before an instant, in batches of Arrow. Events of other topics are passed over.

        pyarrow, polars, pandas 3, DuckDB and others take a batch without a copy: ``pyarrow.record_batch(batch)``,
        ``polars.DataFrame(batch)``. Instants are ``timestamp[us, UTC]``, words are dictionaries, places are structs of
        ``lat`` and ``lon`` in degrees. Memory does not grow.

        :param topic: such as ``"transactions"``.
        :param until: the end, exclusive; or else
        :param days: the number of days from now.
        :param rows: the least number of rows of a batch but the last.
        """
        if not isinstance(topic, str):
            raise TypeError(f"topic must be the name of a topic, not {topic!r}")
        return _internal.Batches(self._engine, topic, self._end(until, days), _whole("rows", rows, 1, 2**24))

    def run(
        self,
        days: float | None = None,
        *,
        until: Instant | None = None,
        topics: Sequence[str] | None = None,
        progress: bool = False,
    ) -> dict[str, Table]:
        """Runs the world and returns the rows of its topics, a table for each, by the name of the topic.

        A table is taken by other libraries as a batch is (:meth:`batches`): ``polars.DataFrame(table)``.

        :param days: the number of days; or else
        :param until: the end, exclusive.
        :param topics: the topics to collect; by default all of the world.
        :param progress: shows a bar, if ``tqdm`` is installed.
        """
        end = self._stated_end("run", until, days)
        collector = _internal.Collector(self._engine, _names(topics))
        self._advance(collector, end, progress)
        return collector.finish()

    def to_parquet(
        self,
        folder: str | os.PathLike[str],
        days: float | None = None,
        *,
        until: Instant | None = None,
        topics: Sequence[str] | None = None,
        progress: bool = False,
    ) -> None:
        """Runs the world and writes its events as Parquet: ``folder/topic/2026-01-01.parquet``, a file each UTC day.

        The topics are named as the program names them. A file has its name once it is whole. Memory does not grow.

        :param folder: the folder, which is made where it is missing.
        :param days: the number of days; or else
        :param until: the end, exclusive.
        :param topics: the topics to write; by default all of the world.
        :param progress: shows a bar, if ``tqdm`` is installed.
        :raises OSError: if a file cannot be written, or exists already.
        """
        end = self._stated_end("to_parquet", until, days)
        writer = _internal.ParquetWriter(self._engine, os.fspath(folder), _names(topics))
        self._advance(writer, end, progress)
        writer.finish()

    def fork(self) -> World:
        """Returns a copy that goes on by itself: the two have the same events until one is changed."""
        return World._of(self._engine.save(), self._threads)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the world to a file, from which :meth:`load` makes a world that goes on with the same events."""
        target = Path(path)
        partial = target.with_name(target.name + ".partial")
        partial.write_bytes(self._engine.save())
        partial.replace(target)

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, threads: int = 1) -> World:
        """Returns the world that :meth:`save` wrote.

        :raises SavedWorldError: if the file is no saved world, or one of other rules than this version has.
        """
        return cls._of(Path(path).read_bytes(), _whole("threads", threads, 1, 1024))

    @classmethod
    def _of(cls, saved: bytes, threads: int) -> World:
        world = cls.__new__(cls)
        world._threads = threads
        world._engine = _internal.Engine.load(saved, threads)
        return world

    def _end(self, until: Instant | None, days: float | None) -> int | None:
        if until is not None and days is not None:
            raise TypeError("give until or days, not both")
        if until is not None:
            return self._engine.instant(_instant_text("until", until))
        if days is None:
            return None
        if isinstance(days, bool) or not isinstance(days, int | float):
            raise TypeError(f"days must be a number, not {days!r}")
        if not 0 <= days <= 100_000:
            raise ValueError(f"days must be 0 to 100000, not {days!r}")
        return self._engine.now() + round(days * _DAY)

    def _stated_end(self, method: str, until: Instant | None, days: float | None) -> int:
        end = self._end(until, days)
        if end is None:
            raise TypeError(f"{method}() needs an end: give days or until")
        return end

    def _advance(self, runner: _Runner, end: int, progress: bool) -> None:
        start = self._engine.now()
        bar = _bar((end - start) / _DAY) if progress else None
        try:
            for at in [*range(start + _DAY, end, _DAY), end]:
                runner.advance(at)
                if bar is not None:
                    bar.update(1)
        except BaseException:
            runner.close()
            raise
        finally:
            if bar is not None:
                bar.close()


def _bar(days: float) -> _Bar | None:
    try:
        tqdm: Callable[..., _Bar] = importlib.import_module("tqdm.auto").tqdm
    except ImportError:
        return None
    return tqdm(total=max(1, -(-days // 1)), unit=" days")


def _scenario(scenario: Mapping[str, object] | str | os.PathLike[str] | None) -> tuple[str, str] | None:
    """Returns the name of a scenario, for messages, and its text."""
    if scenario is None:
        return None
    if isinstance(scenario, Mapping):
        return "scenario", _toml.text_of(scenario)
    if isinstance(scenario, str) and ("\n" in scenario or "=" in scenario):
        return "scenario", scenario
    if isinstance(scenario, str) and not os.path.exists(scenario) and not scenario.endswith(".toml"):
        return scenario, _internal.Engine.shipped(scenario)
    if isinstance(scenario, str | os.PathLike):
        path = os.fspath(scenario)
        return path, Path(path).read_text("utf-8")
    raise TypeError(
        f"scenario must be a dict, a text of TOML, a path or the name of a shipped scenario, not {scenario!r}"
    )


def _whole(name: str, value: int, least: int, most: int) -> int:
    if isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, not {value!r}")
    try:
        whole = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, not {value!r}") from None
    if not least <= whole <= most:
        raise ValueError(f"{name} must be {least} to {most}, not {whole}")
    return whole


def _names(topics: Sequence[str] | None) -> list[str] | None:
    if topics is None:
        return None
    if isinstance(topics, str) or not all(isinstance(name, str) for name in topics):
        raise TypeError(f'topics must be a list of names, as in ["transactions"], not {topics!r}')
    if not topics:
        raise ValueError("topics must name at least one topic, or be left out for all")
    return list(topics)


def _instant_text(name: str, at: Instant) -> str:
    if isinstance(at, datetime.datetime):
        utc = at if at.tzinfo is not None else at.replace(tzinfo=datetime.timezone.utc)
        return utc.isoformat()
    if isinstance(at, datetime.date):
        return at.isoformat()
    if isinstance(at, str):
        return at
    raise TypeError(f'{name} must be a date, a datetime or a text such as "2026-03-01", not {at!r}')
