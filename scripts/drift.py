#!/usr/bin/env python3
"""Looks at the drifts of a finished run: whether ADWIN (River) finds each on the feature that its rule moves, what a model frozen
before it loses, and what retraining regains. Prints two tables and saves a picture. `scripts/drift.sh` has the environment."""

import argparse
import json
import sys
from pathlib import Path

try:
    import matplotlib  # noqa: F401
    import numpy  # noqa: F401
    import river  # noqa: F401
except ImportError as missing:
    sys.exit(f"error: {missing}\n  help: run scripts/drift.sh, which makes an environment, or pip install 'river>=0.22,<0.27' matplotlib")

from drifting import detect, learn, plot
from drifting.subjects import subject
from drifting.world import DAY, Trouble, World


def asked():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", required=True, help="the folder of the world, as in `populace run`")
    parser.add_argument("--out", help="the folder of the topic files, where it is not DATA_DIR/topics")
    parser.add_argument("--populace", default="populace", help="the program, to ask for the ledger")
    parser.add_argument("--plot", default="drift.png", help="the picture to write; none if empty")
    parser.add_argument("--json", help="a file for the findings as one object")
    parser.add_argument("--keys", help="rules whose features are watched, with commas, instead of those of the ledger")
    parser.add_argument("--learn", default="auto", help="trips, fraud, visits with commas; auto: topics that drift; none")
    parser.add_argument("--usual-days", type=float, help="days at the start that tell what is usual; nothing is judged in them")
    return parser.parse_args()


def usual_days(world, changes, wanted):
    """Two thirds of the time until the first drift, a year at most; a quarter of a run without drift."""
    if wanted is not None:
        return wanted
    until = (changes[0].begins - world.start) * 2 / 3 if changes else (world.end() - world.start) / 4
    return max(1.0, min(365.25, until / DAY))


def watch(world, keys):
    """The features of the rules that have one, and the tasks' instances, in one pass a topic."""
    features, names = {}, {}
    for key in keys:
        made = subject(key)
        if made is None:
            print(f"{key}: the records have no feature of its own, so nothing is watched for it")
            continue
        name, feature = made
        lacking = world.lacking(feature.topic, feature.fields)
        if lacking:
            print(f"{key}: not watched, for {lacking}")
            continue
        names[key] = name
        features.setdefault(name, feature)
    return features, names


def tasks(world, changes, wanted):
    """What is learnt: what was asked for, else what drifts."""
    if wanted == "none":
        return []
    prefixes = {change.key.split(".")[0] + "." for change in changes}
    by_name = {task.name: task for task in learn.TASKS.values()}
    if wanted == "auto":
        chosen = [task for prefix, task in learn.TASKS.items() if prefix in prefixes]
    else:
        unknown = [name for name in wanted.split(",") if name not in by_name]
        if unknown:
            raise Trouble(f"there is nothing called {unknown[0]} to learn: --learn takes {', '.join(by_name)}, auto or none")
        chosen = [by_name[name] for name in wanted.split(",")]
    for task in chosen:
        lacking = world.lacking(task.topic, task.fields)
        if lacking:
            raise Trouble(f"{task.name} cannot be learnt, for {lacking}")
    return [task(-(-world.count(task.topic) // learn.MOST) or 1) for task in chosen]


def read(world, readers):
    """One pass over each topic that somebody reads."""
    for topic in sorted({reader.topic for reader in readers}):
        here = [reader for reader in readers if reader.topic == topic]
        for at, record in world.records(topic):
            for reader in here:
                reader.see(at, record)
    for reader in readers:
        if hasattr(reader, "done"):
            reader.done()


def judge(world, features, names, changes, start, end):
    """Streams and findings of all features."""
    streams, findings = [], []
    for name, feature in features.items():
        stream = detect.watched(name, feature, world.start, start)
        own = [change for change in changes if names.get(change.key) == name]
        others = [change for change in changes if change.key.split(".")[0] == (own[0].key.split(".")[0] if own else "")]
        findings.extend(detect.judge(stream, feature, own, others, start, end))
        streams.append(stream)
    return streams, findings


def main():
    asked_for = asked()
    world = World(asked_for.populace, asked_for.data_dir, asked_for.out)
    changes, end = world.changes(), world.end()
    keys = asked_for.keys.split(",") if asked_for.keys else list(dict.fromkeys(change.key for change in changes))
    if not keys:
        raise Trouble("this world has no drift so far: name rules to watch by --keys, as in --keys bank.amount_scale")
    features, names = watch(world, keys)
    learnt = tasks(world, changes, asked_for.learn)
    read(world, [*features.values(), *learnt])
    start = world.start + DAY * usual_days(world, changes, asked_for.usual_days)
    streams, findings = judge(world, features, names, changes, start, end)
    curves = [curve_of(task, changes, world.start, end) for task in learnt]
    print_findings(findings, streams)
    print_losses(curves)
    if asked_for.json:
        Path(asked_for.json).write_text(json.dumps(summary(findings, streams, curves), indent=1) + "\n", encoding="utf-8")
    if asked_for.plot:
        title = f"{len(world.ledger)} scheduled drifts with {len(changes)} transitions, and what finds them"
        plot.paint(asked_for.plot, title, curves, streams, findings, changes, (world.start, end))
        print(f"\npicture: {asked_for.plot}")


def curve_of(task, changes, start, end):
    """The curves of a task, with the transitions of its topic's rules."""
    prefix = next(prefix for prefix, kind in learn.TASKS.items() if isinstance(task, kind))
    own = [change for change in changes if change.key.startswith(prefix)]
    return learn.evaluate(task, own, start, end)


def print_findings(findings, streams):
    """The table of detection."""
    print(f"\n{'drift':<22} {'class':<8} {'feature':<28} {'shift/sd':>8} {'found':>6} {'delay':>7} {'limit':>7} {'days':>6}")
    for one in sorted(findings, key=lambda one: one.change.begins):
        found = "yes" if one.found else ("no" if one.tellable else "small")
        delay, days = (f"{one.delay:.0f}", f"{one.days:.1f}") if one.found else ("-", "-")
        size = one.shift / one.spread if one.spread else 0.0
        print(
            f"{one.change.drift:<22} {one.change.label:<8} {one.feature:<28} {size:>8.2f} {found:>6} {delay:>7} "
            f"{min(one.limit, 9e6):>7.0f} {days:>6}"
        )
    print(f"\n{'feature':<32} {'events':>9} {'samples':>9} {'alarms':>7} {'false':>6} {'per 50,000 events':>18}")
    for stream in streams:
        rate = 50_000.0 * stream.false_alarms / max(1, stream.records)
        print(
            f"{stream.name:<32} {stream.records:>9} {len(stream.values):>9} {len(stream.alarms):>7} "
            f"{stream.false_alarms:>6} {rate:>18.2f}"
        )


def print_losses(curves):
    """The table of learning."""
    for curve in curves:
        rows = [one for one in curve.losses if one is not None]
        if not rows:
            continue
        print(f"\n{curve.task.name}: {curve.task.error_name}")
        print(f"{'drift':<34} {'before':>8} {'frozen':>8} {'retrained':>9} {'reachable':>9} {'lost':>7} {'regained':>9} {'true/said':>9}")
        for one in rows:
            name = one["changes"][0].drift + (f" + {len(one['changes']) - 1}" if len(one["changes"]) > 1 else "")
            print(
                f"{name:<34} {one['before']:>8.3f} {one['frozen']:>8.3f} {one['retrained']:>9.3f} {one['reachable']:>9.3f} "
                f"{100 * one['lost']:>6.1f}% {100 * one['regained']:>8.1f}% {one['calibration']:>9.2f}"
            )


def summary(findings, streams, curves):
    """All of it as one object."""
    return {
        "findings": [
            {
                "drift": one.change.drift,
                "key": one.change.key,
                "kind": one.change.kind,
                "class": one.change.label,
                "feature": one.feature,
                "shift": one.shift,
                "psi": one.psi,
                "spread": one.spread,
                "found": one.found,
                "tellable": one.tellable,
                "delay": one.delay,
                "days": one.days,
                "limit": one.limit,
            }
            for one in findings
        ],
        "features": [
            {"feature": one.name, "events": one.records, "samples": len(one.values), "alarms": len(one.alarms), "unexplained": one.false_alarms}
            for one in streams
        ],
        "losses": [
            {**{name: one[name] for name in ("before", "frozen", "retrained", "reachable", "lost", "regained", "calibration")},
             "task": curve.task.name, "drifts": [change.drift for change in one["changes"]],
             "classes": sorted({change.label for change in one["changes"]})}
            for curve in curves
            for one in curve.losses
            if one is not None
        ],
    }


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(f"error: {trouble}")
