"""Whether ADWIN, with River's own defaults, finds the drifts of the ledger on their subject features, in time, and nothing else.
Knows samples and the ledger; not where they come from."""

import math
from collections import defaultdict
from dataclasses import dataclass, field

import numpy
from river.drift import ADWIN

from .world import DAY

# ADWIN looks at every 32nd sample.
CLOCK = 32
# Its delay in samples, as measured on streams of known drift: 45 p / D² for a rate p that changes by D (30 to 60 were seen),
# 20 s² / D² for a mean of standard deviation s. A drift is found in time within three times that.
RATE, MEAN, PATIENCE = 45.0, 20.0, 3.0
# What a drift of another rule does to this feature is no false alarm for so long.
AFTERMATH = 14.0 * DAY
YEAR = 365.25 * DAY


@dataclass
class Finding:
    """What came of one transition."""

    change: object
    feature: str
    shift: float
    spread: float
    limit: float
    delay: float | None
    days: float | None
    tellable: bool
    psi: float

    @property
    def found(self):
        """Whether it was found in time."""
        return self.delay is not None


@dataclass
class Stream:
    """A feature without what was usual, and the alarms on it."""

    name: str
    topic: str
    times: numpy.ndarray
    values: numpy.ndarray
    records: int
    alarms: list = field(default_factory=list)
    false_alarms: int = 0


def usual(samples, until, start, seasonal):
    """What is usual by what was seen before `until`: the mean of a cell, and the seasons of a whole year."""
    known = [sample for sample in samples if sample[0] < until]
    if not known:
        return lambda at, cell: 0.0
    overall = sum(value for _, value, _ in known) / len(known)
    if seasonal and until - start >= 0.95 * YEAR:
        return seasons(known, overall)
    cells = defaultdict(lambda: [0, 0.0])
    for _, value, cell in known:
        cells[cell][0] += 1
        cells[cell][1] += value
    # A cell that was seen seldom is believed little.
    means = {cell: (total + 20.0 * overall) / (count + 20.0) for cell, (count, total) in cells.items()}
    return lambda at, cell: means.get(cell, overall)


def wave(at):
    """A year's first two harmonics."""
    angle = 2.0 * math.pi * at / YEAR
    return [1.0, math.cos(angle), math.sin(angle), math.cos(2.0 * angle), math.sin(2.0 * angle)]


def seasons(known, overall):
    """The seasons of each cell by least squares."""
    cells = defaultdict(list)
    for at, value, cell in known:
        cells[cell].append((at, value))
    fitted = {}
    for cell, pairs in cells.items():
        rows = numpy.array([wave(at) for at, _ in pairs])
        fitted[cell] = numpy.linalg.lstsq(rows, numpy.array([value for _, value in pairs]), rcond=None)[0]
    return lambda at, cell: float(numpy.dot(fitted[cell], wave(at))) if cell in fitted else overall


def watched(name, feature, start, until):
    """The feature from `until` on, less what was usual before, with the alarms of ADWIN."""
    expected = usual(feature.samples, until, start, feature.seasonal)
    scale = spread_of(feature, expected, until)
    later = [(at, (value - expected(at, cell)) / scale) for at, value, cell in feature.samples if at >= until]
    times, values = numpy.array([at for at, _ in later]), numpy.array([value for _, value in later])
    records = round(feature.records * len(later) / max(1, len(feature.samples)))
    stream = Stream(name, feature.topic, times, values, records)
    detector = ADWIN()
    for place, (_, value) in enumerate(later):
        detector.update(value)
        if detector.drift_detected:
            stream.alarms.append(place)
    return stream


def spread_of(feature, expected, until):
    """What samples are divided by: the standard deviation before `until`, for ADWIN's bound is made for values that spread by
    about 1; nothing for samples of 0 and 1."""
    known = [value - expected(at, cell) for at, value, cell in feature.samples if at < until]
    if len(known) < 2 or {value for _, value, _ in feature.samples[:5_000]} <= {0.0, 1.0}:
        return 1.0
    return float(numpy.std(known)) or 1.0


def finding(stream, change, before, after, is_rate):
    """Whether the alarms found a transition; `before` and `after` are the instants of its neighbours."""
    place = {instant: int(numpy.searchsorted(stream.times, instant)) for instant in (before, change.begins, change.ends, after)}
    old = stream.values[place[before] : place[change.begins]]
    new = stream.values[place[change.ends] : place[after]]
    if len(old) < CLOCK or len(new) < CLOCK:
        return None
    shift, spread = float(new.mean() - old.mean()), float(old.std())
    squares = (RATE if is_rate else MEAN) * spread * spread
    limit = PATIENCE * (squares / max(shift * shift, 1e-12) + CLOCK)
    last = place[change.ends] + limit
    hit = next((alarm for alarm in stream.alarms if place[change.begins] <= alarm <= last), None)
    tellable = limit <= place[after] - place[change.ends]
    # What is too small to be told before the next one may be met by an alarm, but not found.
    if hit is None or not tellable:
        return Finding(change, stream.name, shift, spread, limit, None, None, tellable, psi(old, new))
    delay = hit - place[change.begins]
    days = (float(stream.times[hit]) - change.begins) / DAY
    return Finding(change, stream.name, shift, spread, limit, delay, days, tellable, psi(old, new))


def psi(old, new):
    """Population stability index over the tenths of the old values."""
    edges = numpy.unique(numpy.quantile(old, numpy.linspace(0.1, 0.9, 9)))
    shares = [numpy.bincount(numpy.searchsorted(edges, values, "right"), minlength=len(edges) + 1) for values in (old, new)]
    before, after = ((one + 0.5) / (one + 0.5).sum() for one in shares)
    return float(((after - before) * numpy.log(after / before)).sum())


def is_rate(feature):
    """Whether all samples are 0 or 1, and 1 is rare: the measured delays of rates hold."""
    values = {value for _, value, _ in feature.samples[:5_000]}
    mean = sum(value for _, value, _ in feature.samples[:5_000]) / max(1, len(feature.samples[:5_000]))
    return values <= {0.0, 1.0} and mean < 0.1


def judge(stream, feature, own, all_changes, start, end):
    """Findings for the transitions of a feature's own rules; the alarms that no drift explains are counted."""
    findings = []
    for change in own:
        before = max([start, *(other.ends for other in own if other.begins < change.begins)])
        after = min([end, *(other.begins for other in own if other.begins > change.begins)])
        one = finding(stream, change, before, after, is_rate(feature))
        if one is not None:
            findings.append(one)
    explained = [(one.change.begins, limit_time(stream, one)) for one in findings if one.tellable]
    explained += [(change.begins, change.ends + AFTERMATH) for change in all_changes]
    instants = [float(stream.times[alarm]) for alarm in stream.alarms]
    stream.false_alarms = sum(not any(a <= at <= b for a, b in explained) for at in instants)
    return findings


def limit_time(stream, one):
    """The instant of the last sample at which an alarm is still in time."""
    last = int(numpy.searchsorted(stream.times, one.change.ends) + one.limit)
    return float(stream.times[min(last, len(stream.times) - 1)])
