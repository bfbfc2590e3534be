"""Datasets of River: their order, their targets, and when these are known."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

import populace

river = pytest.importorskip("river")

from river import evaluate, linear_model, metrics, preprocessing, stream  # noqa: E402

import populace.river  # noqa: E402

WAVE = {"bank": {"fraud": {"rate": 0.02}}}


def frauds(**arguments: object) -> populace.river.Transactions:
    chosen: dict[str, object] = {"days": 20, "people": 200, "seed": 3, "scenario": WAVE, **arguments}
    return populace.river.Transactions(**chosen)  # type: ignore[arg-type]


def test_targets_are_those_of_the_topics() -> None:
    world = populace.World(200, "2026-01-01", 3, WAVE, ["transactions", "labels"])
    events = list(world.fork().events(days=20, topics=["transactions"]))
    reports = {e["transaction_id"]: e for e in world.events(days=200, topics=["labels"]) if e["label"] == 1}
    truth, bank = list(frauds(labels="truth")), list(frauds())
    assert len(truth) == len(bank) == len(events) > 800
    for event, (x, is_fraud), (y, is_reported) in zip(events, truth, bank, strict=True):
        assert x == y and x.id == y.id == event["transaction_id"] and x["amount"] == event["amount"]
        assert is_fraud == (event["is_fraud"] == 1) and x.delay == datetime.timedelta(0)
        assert is_reported == (event["transaction_id"] in reports)
        known = datetime.timedelta(days=180)
        if is_reported:
            known = datetime.datetime.fromisoformat(str(reports[y.id]["reported_at"])) - y.moment
        assert y.delay == known
        assert not {"is_fraud", "transaction_id", "user_id", "timestamp"} & x.keys()
    assert sum(is_fraud for _, is_fraud in truth) > sum(is_reported for _, is_reported in bank) > 10


def test_questions_come_before_answers_in_the_order_of_time() -> None:
    dataset = frauds(days=6)
    asked: dict[int, datetime.datetime] = {}
    now = None
    order: Any = stream.simulate_qa(dataset, moment=dataset.moment, delay=dataset.delay)
    for number, x, y in order:
        at = x.moment if y is None else x.moment + x.delay
        assert now is None or at >= now or y is not None
        now = max(now or at, at)
        if y is None:
            asked[number] = x.moment
        else:
            assert asked.pop(number) == x.moment
    assert not asked


def test_late_labels_make_a_worse_score_than_the_truth() -> None:
    truth = {x.id: y for x, y in frauds(labels="truth")}

    def score(dataset: populace.river.Transactions) -> float:
        """Returns how well a model that learns what the dataset tells finds the frauds when they happen."""
        model = preprocessing.OneHotEncoder() | linear_model.LogisticRegression()
        area: Any = metrics.ROCAUC()  # type: ignore[no-untyped-call]
        order: Any = stream.simulate_qa(dataset, moment=dataset.moment, delay=dataset.delay)
        for _, x, y in order:
            if y is None:
                area.update(truth[x.id], model.predict_proba_one(x).get(True, 0.0))
            else:
                model.learn_one(x, y)
        return float(area.get())

    at_once, late = score(frauds(labels="truth")), score(frauds(maturity_days=10))
    print(f"area under the curve: {at_once:.3f} with the truth at once, {late:.3f} with the labels of the bank")
    assert at_once > late + 0.02


def test_progressive_validation_takes_the_datasets() -> None:
    fraud = frauds(days=4)
    model: Any = preprocessing.OneHotEncoder() | linear_model.LogisticRegression()
    area: Any = metrics.ROCAUC()  # type: ignore[no-untyped-call]
    evaluate.progressive_val_score(fraud, model, area, moment=fraud.moment, delay=fraud.delay)
    assert 0 < area.get() <= 1
    trips = populace.river.Trips(days=4, people=300)
    model = preprocessing.OneHotEncoder() | preprocessing.StandardScaler() | linear_model.LinearRegression()
    error: Any = metrics.MAE()  # type: ignore[no-untyped-call]
    evaluate.progressive_val_score(trips, model, error, moment=trips.moment, delay=trips.delay)
    assert 0 < error.get() < 3600


def test_travel_times_are_known_at_the_end_of_the_trip() -> None:
    dataset = populace.river.Trips(days=5, people=400, seed=3)
    trips = list(dataset)
    assert len(trips) > 50
    for x, seconds in trips:
        assert x.delay >= datetime.timedelta(seconds=seconds) and len(x) == dataset.n_features
    assert [x.id for x, _ in trips] == [x.id for x, _ in dataset]
    assert all(len(x) == 16 for x, _ in frauds(days=1))


def test_drifts_are_known() -> None:
    assert populace.river.Trips(days=2, people=50).drifts == []
    drifting = populace.river.Trips(days=120, people=50, scenario="drift-lockdown")
    assert len(drifting.drifts) > 0


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match='labels must be "bank" or "truth"'):
        frauds(labels="late")
    with pytest.raises(ValueError, match="days must be more than 0"):
        frauds(days=0)
    with pytest.raises(populace.ScenarioError, match="bank"):
        frauds(scenario={"bnak": {}})
