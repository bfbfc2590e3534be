"""Prequential learning of the three labels: each instance is first predicted, then learnt, by models that differ only in when
they may learn. Knows records and the instants of drifts; not what detectors say."""

import copy
import math
from collections import defaultdict

from river import linear_model, optim
from river.drift import ADWIN

from .subjects import hour_of
from .world import DAY, INTERACTIONS, TRANSACTIONS, TRIPS

# Instances of a task, about, at most: beyond that every so many-th user, customer or trip is taken, with all of its history.
MOST = 120_000
# How often a model learns a span to tell what can be reached there.
PASSES = 3
# An adaptive model whose error alarms ADWIN starts anew.
FORGETS_AT = 0.002


def switches(**about):
    """Features that are on, by name and value."""
    return {f"{name}={value}": 1.0 for name, value in about.items()}


class Task:
    """What is predicted on a topic: instances (instant, features, label) in event order."""

    def __init__(self, stride=1):
        self.instances, self.stride, self.numbers = [], stride, {}

    def is_taken(self, name):
        """Whether what belongs to this name is learnt from."""
        return self.numbers.setdefault(name, len(self.numbers)) % self.stride == 0


class TravelTimes(Task):
    """How long a trip takes against the naive estimate; error: absolute, in per cent of the time it took."""

    name, topic, error_name = "trips", TRIPS, "mean absolute error, %"
    fields = ("weather", "hour_of_day", "day_of_week", "vehicle_type")

    def see(self, at, record):
        if not self.is_taken(at):
            return
        ratio = record["simulated_actual_travel_time_seconds"] / record["initial_estimated_travel_time_seconds"]
        hour = f"{record['hour_of_day']}{'e' if record['day_of_week'] > 4 else 'w'}"
        place = f"{round(record['origin']['lat'] / 10)}/{round(record['origin']['lon'] / 10)}" if "origin" in record else ""
        about = switches(hour=hour, weather=record["weather"], vehicle=record["vehicle_type"], place=place)
        about["bias"] = 1.0
        self.instances.append((at, about, math.log(ratio)))

    @staticmethod
    def model():
        return linear_model.LinearRegression(optim.SGD(0.02), intercept_lr=0.02)

    @staticmethod
    def predict(model, about):
        return max(-3.0, min(3.0, model.predict_one(about)))

    @staticmethod
    def error(said, truth):
        return 100.0 * abs(math.exp(said - truth) - 1.0)

    @staticmethod
    def summary(pairs):
        """The mean error of pairs of what was said and what was true."""
        return sum(TravelTimes.error(said, truth) for said, truth in pairs) / len(pairs)


class Frauds(Task):
    """Whether a transaction is fraud; error: 1 - average precision, and log loss to adapt by."""

    name, topic, error_name = "fraud", TRANSACTIONS, "1 - average precision"
    fields = ("user_id", "amount", "product_category", "transaction_type", "payment_method", "is_fraud", "cvv_provided")

    def __init__(self, stride=1):
        super().__init__(stride)
        self.past = defaultdict(lambda: [0, 0.0, 0.0, 0.0])
        self.places = defaultdict(int)

    def see(self, at, record):
        if not self.is_taken(record["user_id"]):
            return
        past = self.past[record["user_id"]]
        size = math.log(record["amount"])
        usual = past[1] / past[0] if past[0] else size
        gap = at - past[2]
        past[3] = past[3] * math.exp(-gap / 21_600.0) + 1.0 if past[0] else 1.0
        device = (record["user_id"], record.get("user_agent") or str(record.get("device_info")))
        self.places[device] += 1
        about = switches(
            size=int(2.0 * size),
            over=max(-6, min(6, int(2.0 * (size - usual)))),
            pace=min(8, int(2.0 * past[3])),
            category=f"{record['product_category']}/{record['transaction_type']}",
            method=f"{record['payment_method']}/{record['transaction_type']}",
            device=min(4, self.places[device]),
            cvv=record["cvv_provided"],
            address=record.get("billing_address_match"),
            young=record.get("account_age_days", 999) < 60,
            hour=hour_of(at)[0] // 3,
        )
        about["bias"] = 1.0
        past[0], past[1], past[2] = past[0] + 1, past[1] + size, at
        self.instances.append((at, about, record["is_fraud"]))

    @staticmethod
    def model():
        return linear_model.LogisticRegression(optim.SGD(0.1), intercept_lr=0.1)

    @staticmethod
    def predict(model, about):
        return model.predict_proba_one(about)[True]

    @staticmethod
    def error(said, truth):
        return -math.log(max(1e-6, said if truth else 1.0 - said))

    @staticmethod
    def summary(pairs):
        """1 - average precision."""
        ranked = sorted(pairs, key=lambda pair: -pair[0])
        hits, total = 0, 0.0
        for place, (_, truth) in enumerate(ranked, 1):
            if truth:
                hits += 1
                total += hits / place
        return 1.0 - total / hits if hits else math.nan


class Orders(Task):
    """Whether a visit comes to an order, from its first record; error: log loss."""

    name, topic, error_name = "visits", INTERACTIONS, "log loss"
    fields = ("session_id", "customer_id", "event_type", "referrer_url", "device_info")

    def __init__(self, stride=1):
        super().__init__(stride)
        self.visits = {}

    def see(self, at, record):
        if record.get("is_bot") or not self.is_taken(record["customer_id"]):
            return
        visit = self.visits.get(record["session_id"])
        if visit is None and record["referrer_url"] is not None:
            about = switches(
                device=record["device_info"]["device_type"],
                referrer=record["referrer_url"],
                hour=hour_of(at)[0] // 4,
            )
            about["bias"] = 1.0
            visit = self.visits[record["session_id"]] = [at, about, 0]
            self.instances.append(visit)
        if visit is not None and record["event_type"] == "purchase":
            visit[2] = 1

    predict, error = staticmethod(Frauds.predict), staticmethod(Frauds.error)

    @staticmethod
    def model():
        return linear_model.LogisticRegression(optim.SGD(0.01), intercept_lr=0.01)

    @staticmethod
    def summary(pairs):
        """The mean log loss."""
        return sum(Frauds.error(said, truth) for said, truth in pairs) / len(pairs)


TASKS = {"rides.": TravelTimes, "bank.": Frauds, "shop.": Orders}


class Adaptive:
    """A model that is dropped for one begun later when ADWIN finds that its error has changed."""

    def __init__(self, task):
        self.task, self.model, self.guard = task, task.model(), ADWIN(FORGETS_AT)

    def step(self, about, truth):
        """Predicts, learns, and starts anew where its error alarms."""
        said = self.task.predict(self.model, about)
        before = self.guard.estimation
        self.guard.update(self.task.error(said, truth))
        if self.guard.drift_detected and self.guard.estimation > before:
            self.model = self.task.model()
        self.model.learn_one(about, truth)
        return said


class Curves:
    """What came of a task: for each model (instant, said, truth), and the loss and recovery at each transition."""

    def __init__(self, task):
        self.task = task
        self.said = {"frozen before the first drift": [], "retrained after each drift": [], "adaptive": []}
        self.losses = []
        self.ratios = {}


def evaluate(task, changes, start, end):
    """Lets the models live through the instances. Transitions at the same time count as one."""
    curves = Curves(task)
    bounds = merged(changes)
    adaptive, fresh = Adaptive(task), task.model()
    first_frozen = frozen = None
    spans = [(start, bounds[0][0] if bounds else end)] + [
        (ends, bounds[n + 1][0] if n + 1 < len(bounds) else end) for n, (_, ends, _) in enumerate(bounds)
    ]
    parts = [{"fresh": [], "frozen": [], "seen": [], "judged": [], "all": []} for _ in spans]
    turn = 0
    for at, about, truth in task.instances:
        if turn < len(bounds) and at >= bounds[turn][0]:
            frozen = copy.deepcopy(fresh)
            first_frozen = first_frozen or frozen
            # Who knows the classes retrains where what was learnt is wrong, and nowhere else.
            fresh = fresh if all(change.label == "virtual" for change in bounds[turn][2]) else task.model()
            turn += 1
        said = task.predict(fresh, about)
        old = task.predict(frozen, about) if frozen else said
        oldest = task.predict(first_frozen, about) if first_frozen else said
        for name, one in zip(curves.said, (oldest, said, adaptive.step(about, truth))):
            curves.said[name].append((at, one, truth))
        begins, until = spans[turn]
        # A model is judged by the later half of its span, when it has learnt.
        if at >= begins + 0.5 * (until - begins):
            parts[turn]["fresh"].append((said, truth))
            parts[turn]["frozen"].append((old, truth))
            parts[turn]["judged"].append((about, truth))
        if at >= begins:
            parts[turn]["seen"].append((about, truth))
            parts[turn]["all"].append((old, truth))
        fresh.learn_one(about, truth)
    for number, (begins, _, names) in enumerate(bounds):
        curves.losses.append(loss(task, begins, names, parts[number]["fresh"], parts[number + 1]))
    return curves


def merged(changes):
    """Begin, end and names of the transitions; those that meet are one."""
    found = []
    for change in sorted(changes, key=lambda change: change.begins):
        if found and change.begins <= found[-1][1]:
            begins, ends, names = found[-1]
            found[-1] = (begins, max(ends, change.ends), names + [change])
        else:
            found.append((change.begins, change.ends, [change]))
    return found


def loss(task, begins, changes, before, after):
    """What a model frozen before a transition loses, and what one that learnt after it regains of that."""
    if min(len(before), len(after["fresh"])) < 100:
        return None
    good, bad, again = task.summary(before), task.summary(after["frozen"]), task.summary(after["fresh"])
    best = min(again, reachable(task, after))
    return {
        "begins": begins,
        "changes": changes,
        "before": good,
        "frozen": bad,
        "retrained": again,
        "reachable": best,
        "lost": quality_lost(task, best, bad),
        "regained": (bad - again) / (bad - best) if bad > best else math.nan,
        "calibration": calibration(task, after["all"]),
    }


def reachable(task, after):
    """The error of the same kind of model in hindsight: one that has learnt the whole span several times. A drift makes a
    span harder or easier, too; what a frozen model loses is told from what could be known there, not from what was before."""
    model = task.model()
    for _ in range(PASSES):
        for about, truth in after["seen"]:
            model.learn_one(about, truth)
    return task.summary([(task.predict(model, about), truth) for about, truth in after["judged"]])


def quality_lost(task, good, bad):
    """The share by which the error grows, or average precision falls."""
    if task.name == "fraud":
        return (bad - good) / (1.0 - good)
    return (bad - good) / good


def calibration(task, pairs):
    """What was true against what was said, over all pairs: 1 is calibrated."""
    if task.name == "trips":
        return math.exp(sum(truth - said for said, truth in pairs) / len(pairs))
    return sum(truth for _, truth in pairs) / max(1e-9, sum(said for said, _ in pairs))
