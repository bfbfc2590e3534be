"""Datasets for River, whose labels come as late as they do in life.

>>> from river import evaluate, linear_model, metrics, preprocessing
>>> import populace.river
>>> frauds = populace.river.Transactions(days=3, people=300, seed=7)
>>> model = preprocessing.OneHotEncoder() | linear_model.LogisticRegression()
>>> metric = evaluate.progressive_val_score(
...     frauds, model, metrics.ROCAUC(), moment=frauds.moment, delay=frauds.delay)

Needs the package ``river``: ``pip install populace[river]``.
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Generic, Literal, TypeVar

try:
    from river.datasets import base
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("populace.river needs River: pip install populace[river]", name="river") from error

from ._world import World

__all__ = ["Sample", "Transactions", "Trips"]

Target = TypeVar("Target", bool, float)

_Scenario = Mapping[str, object] | str | None


class Sample(dict[Hashable, Any]):
    """The features of one event; what a model must not see is beside them."""

    __slots__ = ("delay", "id", "moment")

    id: str
    """The id of the event."""
    moment: datetime.datetime
    """The instant of the event, with UTC."""
    delay: datetime.timedelta
    """The time from the event until its target is known."""

    @classmethod
    def of(cls, features: Mapping[str, object], id: str, moment: datetime.datetime, known: datetime.datetime) -> Sample:
        """Returns a sample whose target is known at an instant."""
        sample = cls(features)
        sample.id, sample.moment, sample.delay = id, moment, known - moment
        return sample


class _Events(base.SyntheticDataset, Generic[Target]):
    """Events of a world, each time from its start: a dataset may be read as often as one likes."""

    _TOPICS: tuple[str, ...]

    def __init__(
        self,
        task: str,
        n_features: int,
        days: float,
        people: int,
        start: str,
        seed: int,
        scenario: _Scenario,
        threads: int,
    ) -> None:
        super().__init__(task=task, n_features=n_features)  # type: ignore[no-untyped-call]
        if days <= 0:
            raise ValueError(f"days must be more than 0, not {days}")
        self.days, self.people, self.start, self.seed = days, people, start, seed
        self.scenario, self.threads = scenario, threads
        # Says at once what is wrong with the arguments.
        self._world(*self._TOPICS)

    def __iter__(self) -> Iterator[tuple[Sample, Target]]:
        """Returns the samples in the order of their events."""
        raise NotImplementedError

    @staticmethod
    def moment(x: dict[Any, Any]) -> datetime.datetime:
        """Returns the instant of an event: the ``moment`` of ``simulate_qa`` and ``progressive_val_score``."""
        return _sample(x).moment

    @staticmethod
    def delay(x: dict[Any, Any], y: object) -> datetime.timedelta:
        """Returns the time until the target is known: the ``delay`` of the same functions."""
        return _sample(x).delay

    @property
    def drifts(self) -> list[dict[str, object]]:
        """The drifts of the scenario that begin or end in these days, as the topic ``drifts`` announces them."""
        return list(self._world("drifts").events(days=self.days))

    def _world(self, *topics: str) -> World:
        return World(self.people, self.start, self.seed, self.scenario, topics, threads=self.threads)


class Transactions(_Events[bool]):
    """Payments, of which some are frauds.

    Parameters
    ----------
    labels
        ``"bank"``: the target is whether somebody reports the payment as fraud, and is known when they do; of a payment
        that nobody reports, after ``maturity_days``. Some frauds are never reported, and some reports are wrong.
        ``"truth"``: the target is whether it is a fraud, and is known at once.
    days
        The number of days.
    people
        The number of people.
    start
        The first day.
    seed
        The seed: equal arguments give equal samples.
    scenario
        A scenario, as for `populace.World`.
    maturity_days
        The days after which a payment that nobody reported is taken for genuine. All reports are there after 180.
    threads
        The number of threads.

    """

    _TOPICS = ("transactions", "labels")

    def __init__(
        self,
        labels: Literal["bank", "truth"] = "bank",
        days: float = 365,
        people: int = 5000,
        start: str = "2026-01-01",
        seed: int = 1,
        scenario: _Scenario = None,
        maturity_days: float = 180,
        threads: int = 1,
    ) -> None:
        """Makes the dataset; each reading simulates it anew."""
        if labels not in ("bank", "truth"):
            raise ValueError(f'labels must be "bank" or "truth", not {labels!r}')
        if maturity_days <= 0:
            raise ValueError(f"maturity_days must be more than 0, not {maturity_days}")
        self.labels, self.maturity_days = labels, maturity_days
        super().__init__("Binary classification", 16, days, people, start, seed, scenario, threads)

    def __iter__(self) -> Iterator[tuple[Sample, bool]]:
        """Returns the payments in order, each with its target."""
        maturity = datetime.timedelta(days=self.maturity_days)
        reports = self._reports() if self.labels == "bank" else {}
        for event in self._world("transactions").events(days=self.days):
            id, at = str(event["transaction_id"]), _instant(event["timestamp"])
            if self.labels == "truth":
                yield Sample.of(_payment(event, at), id, at, at), event["is_fraud"] == 1
                continue
            reported = reports.pop(id, None)
            is_known = reported is not None and reported <= at + maturity
            known = reported if reported is not None and is_known else at + maturity
            yield Sample.of(_payment(event, at), id, at, known), is_known

    def _reports(self) -> dict[str, datetime.datetime]:
        """Returns when each payment that is reported as fraud is reported first."""
        first: dict[str, datetime.datetime] = {}
        for label in self._world("labels").events(days=self.days + self.maturity_days):
            if label["label"] == 1:
                first.setdefault(str(label["transaction_id"]), _instant(label["reported_at"]))
        return first


class Trips(_Events[float]):
    """Trips, whose travel time in seconds is known when they end.

    Parameters
    ----------
    days
        The number of days.
    people
        The number of people.
    start
        The first day.
    seed
        The seed: equal arguments give equal samples.
    scenario
        A scenario, as for `populace.World`.
    threads
        The number of threads.

    """

    _TOPICS = ("trips", "completions")

    def __init__(
        self,
        days: float = 365,
        people: int = 5000,
        start: str = "2026-01-01",
        seed: int = 1,
        scenario: _Scenario = None,
        threads: int = 1,
    ) -> None:
        """Makes the dataset; each reading simulates it anew."""
        super().__init__("Regression", 13, days, people, start, seed, scenario, threads)

    def __iter__(self) -> Iterator[tuple[Sample, float]]:
        """Returns the trips in the order in which they are asked for."""
        ends = {
            str(end["trip_id"]): _instant(end["completed_at"])
            for end in self._world("completions").events(days=self.days + 1)
        }
        for event in self._world("trips").events(days=self.days):
            id, at = str(event["trip_id"]), _instant(event["timestamp"])
            known = ends.pop(id, None)
            # A trip that is cut off by the end of the world's calendar has no end.
            if known is not None:
                yield Sample.of(_trip(event), id, at, known), float(str(event["simulated_actual_travel_time_seconds"]))


def _sample(x: dict[Any, Any]) -> Sample:
    if not isinstance(x, Sample):
        raise TypeError("the instant of an event is beside its features: pass on the Sample that the dataset gives")
    return x


def _instant(text: object) -> datetime.datetime:
    return datetime.datetime.fromisoformat(str(text))


def _parts(event: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = event[name]
    assert isinstance(part, Mapping)
    return part


def _payment(event: Mapping[str, object], at: datetime.datetime) -> dict[str, object]:
    """Returns what is known of a payment at its instant."""
    place, device = _parts(event, "location"), _parts(event, "device_info")
    plain = (
        "amount",
        "currency",
        "merchant_id",
        "product_category",
        "transaction_type",
        "payment_method",
        "account_age_days",
        "cvv_provided",
        "billing_address_match",
    )
    features = {name: event[name] for name in plain}
    return features | {
        "lat": place["lat"],
        "lon": place["lon"],
        "os": device["os"],
        "browser": device["browser"],
        "network": str(event["ip_address"]).partition(".")[0],
        "hour": at.hour,
        "weekday": at.weekday(),
    }


def _trip(event: Mapping[str, object]) -> dict[str, object]:
    """Returns what is known of a trip when it is asked for."""
    origin, destination = _parts(event, "origin"), _parts(event, "destination")
    plain = (
        "driver_id",
        "estimated_distance_km",
        "weather",
        "temperature_celsius",
        "day_of_week",
        "hour_of_day",
        "driver_rating",
        "vehicle_type",
        "initial_estimated_travel_time_seconds",
    )
    features = {name: event[name] for name in plain}
    return features | {
        "origin_lat": origin["lat"],
        "origin_lon": origin["lon"],
        "destination_lat": destination["lat"],
        "destination_lon": destination["lon"],
    }
