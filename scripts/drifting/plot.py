"""The picture: the error of the models over time, and the detected features, with the drifts of the ledger marked.
Knows what was found; computes nothing."""

from datetime import UTC, datetime

import matplotlib

matplotlib.use("Agg")
import matplotlib.dates as dates
import matplotlib.lines as lines
import matplotlib.pyplot as pyplot
import numpy

from .world import DAY

COLOURS = {"virtual": "#3b78b5", "real": "#c0392b", "prior": "#8e6bb0"}
LINES = {
    "frozen before the first drift": ("#c0392b", "-"),
    "retrained after each drift": ("#2e8b57", "-"),
    "adaptive": ("#444444", "--"),
}


def day(at):
    """The date of an instant."""
    return datetime.fromtimestamp(at, UTC)


def paint(file, title, curves, streams, findings, changes, span):
    """Saves the picture."""
    count = len(curves) + len(streams)
    figure, panels = pyplot.subplots(count, 1, figsize=(13, 1.2 + 2.5 * count), sharex=True, squeeze=False)
    panels = panels[:, 0]
    for panel, curve in zip(panels, curves):
        errors(panel, curve, span)
        marks(panel, [change for one in curve.losses if one for change in one["changes"]] or changes, named=True)
    for panel, stream in zip(panels[len(curves) :], streams):
        feature(panel, stream, [one for one in findings if one.feature == stream.name], span)
    panels[-1].xaxis.set_major_locator(dates.AutoDateLocator(minticks=5, maxticks=14))
    panels[-1].xaxis.set_major_formatter(dates.ConciseDateFormatter(panels[-1].xaxis.get_major_locator()))
    panels[-1].set_xlabel("event time (UTC)")
    panels[-1].set_xlim(day(span[0]), day(span[1]))
    figure.suptitle(title, fontsize=13)
    classes = [lines.Line2D([], [], color=colour, label=f"{name} drift") for name, colour in COLOURS.items()]
    figure.legend(handles=classes, loc="upper right", fontsize=8, frameon=False)
    figure.tight_layout(rect=(0, 0, 1, 0.985))
    # Without the version of the library in it, the same numbers make the same file.
    figure.savefig(file, dpi=110, metadata={"Software": None})
    pyplot.close(figure)


def bins(span, count=80):
    """Edges of the spans that something is averaged over: about so many, of whole days."""
    days = max(1, round((span[1] - span[0]) / DAY / count))
    return numpy.arange(span[0], span[1] + days * DAY, days * DAY), days


def errors(panel, curve, span):
    """Error over time of each model."""
    # What is rare needs longer means.
    edges, days = bins(span, 80 if curve.task.name == "trips" else 30)
    for name, said in curve.said.items():
        times = numpy.array([at for at, _, _ in said])
        cuts = numpy.searchsorted(times, edges)
        middle, height = [], []
        for left, right, edge in zip(cuts, cuts[1:], edges):
            pairs = [(one, truth) for _, one, truth in said[left:right]]
            if len(pairs) >= 20:
                middle.append(day(edge + days * DAY / 2))
                height.append(curve.task.summary(pairs))
        colour, style = LINES[name]
        panel.plot(middle, height, style, color=colour, linewidth=1.5, label=name)
    panel.set_title(f"{curve.task.name}: error over time, means of {days} day{'s' if days > 1 else ''}", loc="left", fontsize=10)
    panel.set_ylabel(curve.task.error_name, fontsize=9)
    panel.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.005, 0.5), frameon=False)
    panel.grid(alpha=0.25)


def marks(panel, changes, named):
    """The transitions of the ledger, those at the same time under one name."""
    together = {}
    for change in changes:
        together.setdefault(change.centre, []).append(change)
    for place, (centre, some) in enumerate(sorted(together.items())):
        colour = COLOURS[some[0].label]
        panel.axvline(day(centre), color=colour, linewidth=1.1)
        if some[0].ends > some[0].begins:
            panel.axvspan(day(some[0].begins), day(some[0].ends), color=colour, alpha=0.08)
        if named:
            more = f" + {len(some) - 1}" if len(some) > 1 else ""
            at = (day(centre), 0.97 - 0.11 * (place % 3))
            panel.annotate(
                f"{some[0].drift}{more}",
                at,
                xycoords=("data", "axes fraction"),
                xytext=(3, 0),
                textcoords="offset points",
                fontsize=7.5,
                color=colour,
                va="top",
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.5},
            )


def feature(panel, stream, findings, span):
    """A feature by the day, the drifts of its rule, and where ADWIN alarmed."""
    edges, days = bins(span)
    cuts = numpy.searchsorted(stream.times, edges)
    pairs = [
        (day(edge + days * DAY / 2), stream.values[left:right].mean())
        for left, right, edge in zip(cuts, cuts[1:], edges)
        if right > left
    ]
    panel.plot([at for at, _ in pairs], [value for _, value in pairs], color="#666666", linewidth=1.2, label="mean of the days")
    panel.axhline(0.0, color="#bbbbbb", linewidth=0.8, zorder=0)
    marks(panel, [one.change for one in findings], named=True)
    for number, alarm in enumerate(stream.alarms):
        label = "ADWIN alarm" if number == 0 else None
        at = day(float(stream.times[alarm]))
        panel.plot([at], [0.06], "v", color="black", markersize=6, transform=panel.get_xaxis_transform(), label=label)
    panel.set_title(f"feature: {stream.name}, less what was usual before", loc="left", fontsize=10)
    panel.set_ylabel("difference", fontsize=9)
    panel.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.005, 0.5), frameon=False)
    panel.grid(alpha=0.25)
