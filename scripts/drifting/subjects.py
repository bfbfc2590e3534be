"""Which feature of the records a rule moves, as a stream of samples in event order. Where neighbours in time share their fate
(a day's weather, a campaign's kind) one sample stands for all of them, for detectors take samples to be independent.
Knows records; not when anything drifts."""

import math
from collections import defaultdict

from .world import DAY, INTERACTIONS, TRANSACTIONS, TRIPS

WET = ("Rain", "Heavy Rain", "Thunderstorm", "Snow")
HOUR = 3_600.0


class Feature:
    """Samples of one feature: (instant, value, cell of like circumstances whose mean is removed)."""

    fields = ()
    seasonal = False

    def __init__(self):
        self.samples = []
        # Records that the samples are made of.
        self.records = 0

    def see(self, at, record):
        """Takes a record of the topic."""
        raise NotImplementedError

    def done(self):
        """Called behind the last record."""


def hour_of(at):
    """The hour in UTC, and whether it is the weekend."""
    return int(at // HOUR) % 24, int(at // DAY + 3) % 7 > 4


class Purchases(Feature):
    """Each genuine purchase."""

    topic = TRANSACTIONS
    fields = ("transaction_type", "is_fraud", "amount", "product_category")

    def __init__(self, value, cell=None):
        super().__init__()
        self.value, self.cell = value, cell

    def see(self, at, record):
        if record["transaction_type"] == "purchase" and record["is_fraud"] == 0:
            self.records += 1
            self.samples.append((at, self.value(record), self.cell(record) if self.cell else hour_of(at)))


class Campaigns(Feature):
    """The first fraud of each campaign: a campaign's acts are alike."""

    topic = TRANSACTIONS
    fields = ("is_fraud", "campaign_id", "fraud_pattern", "amount")

    def __init__(self, value):
        super().__init__()
        self.value, self.known = value, set()

    def see(self, at, record):
        self.records += record["is_fraud"]
        if record["is_fraud"] == 1 and record["campaign_id"] not in self.known:
            self.known.add(record["campaign_id"])
            self.samples.append((at, self.value(record), None))


class Compromises(Feature):
    """Each user's day: whether it saw fraud."""

    topic = TRANSACTIONS
    fields = ("user_id", "is_fraud")

    def __init__(self):
        super().__init__()
        self.day, self.users = None, {}

    def see(self, at, record):
        if int(at // DAY) != self.day:
            self.done()
            self.day, self.users = int(at // DAY), {}
        self.records += 1
        user = record["user_id"]
        self.users[user] = max(self.users.get(user, 0), record["is_fraud"])

    def done(self):
        if self.day is not None:
            self.samples.extend(((self.day + 1) * DAY, float(fraud), None) for fraud in self.users.values())


class Days(Feature):
    """The mean of a value over a day's trips in one region; regions lie more than ten degrees apart."""

    topic = TRIPS
    fields = ("origin", "weather", "temperature_celsius", "hour_of_day", "day_of_week")
    LEAST = 3

    def __init__(self, value, seasonal=False):
        super().__init__()
        self.value, self.seasonal = value, seasonal
        self.day, self.places = None, defaultdict(list)

    def see(self, at, record):
        if int(at // DAY) != self.day:
            self.done()
            self.day = int(at // DAY)
        value = self.value(record)
        if value is not None:
            self.records += 1
            place = (round(record["origin"]["lat"] / 10), round(record["origin"]["lon"] / 10))
            self.places[place].append(value)

    def done(self):
        for place, values in self.places.items():
            if len(values) >= self.LEAST:
                self.samples.append(((self.day + 1) * DAY, sum(values) / len(values), place))
        self.places = defaultdict(list)


def slowness(usual):
    """Logarithm of what a dry trip takes against the naive estimate, less what `usual` knows of its hour."""

    def value(record):
        if record["weather"] in WET:
            return None
        ratio = record["simulated_actual_travel_time_seconds"] / record["initial_estimated_travel_time_seconds"]
        return usual(record["hour_of_day"], record["day_of_week"] > 4, math.log(ratio))

    return value


class RunningMeans:
    """What was usual at an hour so far: a value less the mean of those that came before it, up to a number of them."""

    MOST = 200

    def __init__(self):
        self.cells = defaultdict(lambda: [0, 0.0])

    def __call__(self, hour, weekend, value):
        cell = self.cells[hour, weekend]
        known = cell[1]
        if cell[0] < self.MOST:
            cell[0] += 1
            cell[1] += (value - cell[1]) / cell[0]
        return value - known if cell[0] > 1 else 0.0


class Counts(Feature):
    """The square root of how many there are in an hour, which has the same spread whatever the mean."""

    def __init__(self, topic, belongs, fields):
        super().__init__()
        self.topic, self.belongs, self.fields = topic, belongs, fields
        self.hour, self.count = None, 0

    def see(self, at, record):
        if int(at // HOUR) != self.hour:
            self.done()
            self.hour, self.count = int(at // HOUR), 0
        self.count += bool(self.belongs(record))
        self.records += bool(self.belongs(record))

    def done(self):
        if self.hour is not None:
            at = (self.hour + 1) * HOUR
            self.samples.append((at, math.sqrt(self.count), hour_of(at - 1.0)))


class Visits(Feature):
    """Each visit of a human, when it has ended: what its first record says, and whether it had an order."""

    topic = INTERACTIONS
    fields = ("session_id", "event_type", "referrer_url", "device_info")
    LONGEST = 6 * HOUR

    def __init__(self, value):
        super().__init__()
        self.value, self.open = value, {}

    def see(self, at, record):
        if record.get("is_bot"):
            return
        self.records += 1
        if len(self.open) > 4_096:
            self.close(at - self.LONGEST)
        visit = self.open.setdefault(record["session_id"], [at, record, False, at])
        visit[2] |= record["event_type"] == "purchase"
        visit[3] = at

    def close(self, before):
        """Ends the visits that were quiet for long."""
        for session in [session for session, visit in self.open.items() if visit[3] < before]:
            _, first, bought, last = self.open.pop(session)
            if first["referrer_url"] is not None:
                self.samples.append((last, self.value(first, bought), hour_of(last)))

    def done(self):
        self.close(math.inf)
        self.samples.sort(key=lambda sample: sample[0])


class Prices(Feature):
    """Logarithm of the price that is looked at."""

    topic = INTERACTIONS
    fields = ("event_type", "price", "product_category")

    def see(self, at, record):
        if record["event_type"] == "page_view" and record["price"]:
            self.records += 1
            self.samples.append((at, math.log(record["price"]), record["product_category"]))


def is_one(condition):
    """1.0 where a condition holds."""
    return lambda *about: 1.0 if condition(*about) else 0.0


def of_type(name):
    """A count of transactions of a type."""
    return Counts(TRANSACTIONS, lambda record: record["transaction_type"] == name, ("transaction_type",))


KINDS = "card_testing account_takeover stolen_card velocity skimmed_merchant mule_ring bust_out friendly_fraud push_payment"

# The name of a feature and what makes it, by the key of the rule that moves it.
SUBJECTS = {
    "bank.amount_scale": (
        "ln amount of a purchase",
        lambda: Purchases(lambda r: math.log(r["amount"]), lambda r: r["product_category"]),
    ),
    "bank.cvv_missing_probability": ("CVV is missing", lambda: Purchases(is_one(lambda r: not r["cvv_provided"]))),
    "bank.billing_mismatch_probability": (
        "billing address differs",
        lambda: Purchases(is_one(lambda r: not r["billing_address_match"])),
    ),
    "bank.purchases_per_day": ("purchases an hour", lambda: of_type("purchase")),
    "bank.withdrawals_per_day": ("withdrawals an hour", lambda: of_type("withdrawal")),
    "bank.transfers_per_day": ("transfers an hour", lambda: of_type("transfer")),
    "bank.fraud.rate": ("a user's day with fraud", Compromises),
    "bank.fraud.amount_scale": ("ln amount, a sample a campaign", lambda: Campaigns(lambda r: math.log(r["amount"]))),
    "bank.fraud.high_value_probability": (
        "ln amount, a sample a campaign",
        lambda: Campaigns(lambda r: math.log(r["amount"])),
    ),
    "rides.requests_per_day": ("trips an hour", lambda: Counts(TRIPS, lambda _: True, ())),
    "rides.traffic.heavy_multiplier": ("slowness of a dry day", lambda: Days(slowness(RunningMeans()))),
    "rides.traffic.incident_scale": ("slowness of a dry day", lambda: Days(slowness(RunningMeans()))),
    "rides.weather.bad_scale": ("wet trips of a day", lambda: Days(is_one(lambda r: r["weather"] in WET), True)),
    "rides.weather.warmer_by": ("temperature of a day", lambda: Days(lambda r: r["temperature_celsius"], True)),
    "shop.visits_per_day": ("visits an hour", lambda: Counts(INTERACTIONS, lambda r: r["referrer_url"], ("referrer_url",))),
    "shop.conversion": ("a visit with an order", lambda: Visits(is_one(lambda _, bought: bought))),
    "shop.mobile_scale": (
        "a visit by phone",
        lambda: Visits(is_one(lambda first, _: first["device_info"]["device_type"] == "Mobile")),
    ),
    "shop.direct_scale": ("a direct visit", lambda: Visits(is_one(lambda first, _: first["referrer_url"] == "direct"))),
    "shop.price_scale": ("ln price of a view", Prices),
}


def online(record):
    """Whether a purchase was made online, as the extra field says."""
    return record["channel"] == "online"


def subject(key):
    """The name and the feature that a rule moves, or None where the records have none of its own."""
    if key.startswith("bank.mix."):
        category = key.removeprefix("bank.mix.")
        return f"a purchase of {category}", Purchases(is_one(lambda r: r["product_category"] == category))
    if key == "bank.online_share":
        feature = Purchases(is_one(online))
        feature.fields += ("channel",)
        return "an online purchase", feature
    kind = key.removeprefix("bank.fraud.")
    if kind in KINDS.split():
        pattern = kind.replace("_", "-")
        return f"a campaign of {pattern}", Campaigns(is_one(lambda r: r["fraud_pattern"] == pattern))
    if key not in SUBJECTS:
        return None
    name, make = SUBJECTS[key]
    return name, make()
