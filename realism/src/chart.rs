//! Charts as inline SVG: lines or bars over a scale or over named places. The page defines the colours, by number.
//! Must not depend on: records.

use std::fmt::Write;

/// A chart.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    /// The title.
    pub title: &'static str,
    /// The units, and the data that are left out.
    pub note: &'static str,
    /// The scale along the bottom.
    pub across: Across,
    /// The mark of the values: lines or bars.
    pub mark: Mark,
    /// The unit of the values.
    pub unit: Unit,
    /// The series to compare.
    pub series: Vec<Series>,
}

/// The scale along the bottom.
#[derive(Clone, Debug)]
pub(super) enum Across {
    /// Values are at 0, 1, 2 …; these are their names.
    Names(Vec<String>),
    /// Powers of ten: a value at 2 is at 100.
    Decades,
}

/// The mark of the values of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Line,
    /// Bars from zero on, side by side.
    Bar,
}

/// The unit of values, which sets their format and the beginning of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Shares, as percentages from 0 on.
    Share,
    /// Numbers from 0 on.
    Number,
    /// Numbers around 1: the scale covers the values that occur.
    Index,
}

/// The values of one kind.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub name: &'static str,
    /// Places along the bottom and values; values that are not finite are left out.
    pub points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 26.0;

/// The most bars that have their values written above them.
const FEW_BARS: usize = 12;

/// The most names along the bottom.
const MOST_NAMES: usize = 12;

/// The number of colours that the page has for series; further series repeat them.
pub(super) const COLOURS: usize = 5;

impl Series {
    /// Returns the series with the values at 0, 1, 2 ….
    pub(super) fn of(name: &'static str, values: impl IntoIterator<Item = f64>) -> Self {
        Series { name, points: (0..).map(f64::from).zip(values).collect() }
    }

    fn known(&self) -> impl Iterator<Item = (f64, f64)> {
        self.points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite())
    }
}

/// The scales of a chart, which place values in the picture.
struct Frame {
    from: f64,
    to: f64,
    least: f64,
    most: f64,
}

impl Frame {
    fn x(&self, x: f64) -> f64 {
        LEFT + (x - self.from) / (self.to - self.from) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, y: f64) -> f64 {
        HEIGHT - BOTTOM - (y - self.least) / (self.most - self.least) * (HEIGHT - TOP - BOTTOM)
    }
}

impl Chart {
    /// Returns the chart as one `<svg>` element.
    pub(super) fn to_svg(&self) -> String {
        let frame = self.frame();
        let mut out =
            format!(r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{}">"#, escaped(self.title));
        self.rules(&frame, &mut out);
        self.names(&frame, &mut out);
        for index in 0..self.series.len() {
            match self.mark {
                Mark::Line => self.line(index, &frame, &mut out),
                Mark::Bar => self.bars(index, &frame, &mut out),
            }
        }
        out.push_str("</svg>");
        out
    }

    fn frame(&self) -> Frame {
        let points = || self.series.iter().flat_map(Series::known);
        let from = points().map(|(x, _)| x).fold(f64::INFINITY, f64::min);
        let to = points().map(|(x, _)| x).fold(f64::NEG_INFINITY, f64::max);
        let most = points().map(|(_, y)| y).fold(0.0, f64::max);
        let least = points().map(|(_, y)| y).fold(f64::INFINITY, f64::min);
        let room = if self.mark == Mark::Bar { 0.5 } else { 0.0 };
        let (from, to) = if from <= to && (from < to || room > 0.0) { (from, to) } else { (0.0, 1.0) };
        let (least, most) = match self.unit {
            Unit::Index if least < most => (least - 0.15 * (most - least), most + 0.15 * (most - least)),
            _ if most > 0.0 => (0.0, most),
            _ => (0.0, 1.0),
        };
        Frame { from: from - room, to: to + room, least, most }
    }

    /// Appends horizontal rules with their values.
    fn rules(&self, frame: &Frame, out: &mut String) {
        let step = round_step((frame.most - frame.least) / 5.5);
        let mut tick = (frame.least / step - 1e-9).ceil();
        while tick * step <= frame.most + step * 1e-9 {
            let (value, left, right) = (tick * step, LEFT, WIDTH - RIGHT);
            let (y, class) = (frame.y(value), if value == 0.0 { "axis" } else { "rule" });
            let _ = write!(out, r#"<line class="{class}" x1="{left}" x2="{right}" y1="{y:.1}" y2="{y:.1}"/>"#);
            text(out, (LEFT - 8.0, y + 4.0), "end", &self.unit.tick(value, step));
            tick += 1.0;
        }
    }

    /// Appends the names along the bottom.
    fn names(&self, frame: &Frame, out: &mut String) {
        let y = HEIGHT - BOTTOM + 18.0;
        match &self.across {
            Across::Names(names) => {
                let every = names.len().div_ceil(MOST_NAMES).max(1);
                for (at, name) in (0..).zip(names).step_by(every) {
                    text(out, (frame.x(f64::from(at)), y), "middle", name);
                }
            }
            Across::Decades => {
                // With few powers of ten, the scale also shows twos and fives.
                let parts: &[f64] = if frame.to - frame.from < 2.5 { &[1.0, 2.0, 5.0] } else { &[1.0] };
                let powers = frame.from.floor() as i32..=frame.to.floor() as i32;
                for value in powers.flat_map(|power| parts.iter().map(move |part| part * 10_f64.powi(power))) {
                    let at = value.log10();
                    if at >= frame.from && at <= frame.to {
                        let (x, top, bottom) = (frame.x(at), TOP, HEIGHT - BOTTOM);
                        let _ = write!(out, r#"<line class="rule" x1="{x:.1}" x2="{x:.1}" y1="{top}" y2="{bottom}"/>"#);
                        text(out, (x, y), "middle", &short(value));
                    }
                }
            }
        }
    }

    fn line(&self, index: usize, frame: &Frame, out: &mut String) {
        let (series, colour) = (&self.series[index], colour(index));
        let points: Vec<String> = series.known().map(|(x, y)| format!("{:.1},{:.1}", frame.x(x), frame.y(y))).collect();
        let points = points.join(" ");
        let _ = write!(out, r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>"#);
        for (x, y) in series.known() {
            let (cx, cy, said) = (frame.x(x), frame.y(y), self.said(series, x, y));
            let _ = write!(
                out,
                r#"<circle class="dot" cx="{cx:.1}" cy="{cy:.1}" r="4" fill="{colour}"><title>{said}</title></circle>"#
            );
        }
    }

    fn bars(&self, index: usize, frame: &Frame, out: &mut String) {
        let slot = (frame.x(1.0) - frame.x(0.0)) * 0.8;
        let width = slot / self.series.len() as f64;
        let (series, fill) = (&self.series[index], colour(index));
        for (x, y) in series.known() {
            let (left, top) = (frame.x(x) - slot / 2.0 + width * index as f64, frame.y(y));
            let (height, wide, said) = (frame.y(0.0) - top, (width - 1.0).max(0.5), self.said(series, x, y));
            let _ = write!(
                out,
                r#"<rect x="{left:.1}" y="{top:.1}" width="{wide:.1}" height="{height:.1}" rx="1.5" fill="{fill}"><title>{said}</title></rect>"#
            );
            if self.series.len() == 1 && series.points.len() <= FEW_BARS {
                text(out, (frame.x(x), top - 4.0), "middle", &self.unit.text(y));
            }
        }
    }

    /// Returns the text of a value that is shown under the pointer.
    fn said(&self, series: &Series, x: f64, y: f64) -> String {
        let place = match &self.across {
            Across::Names(names) => names.get(x as usize).cloned().unwrap_or_default(),
            Across::Decades => short(10_f64.powf(x)),
        };
        escaped(&format!("{}, {place}: {}", series.name, self.unit.text(y)))
    }
}

impl Unit {
    /// Returns the text of a value.
    pub(super) fn text(self, value: f64) -> String {
        match self {
            Unit::Share if value.abs() < 0.1 => format!("{:.2} %", value * 100.0),
            Unit::Share => format!("{:.1} %", value * 100.0),
            Unit::Number => short(value),
            Unit::Index => format!("{value:.3}"),
        }
    }

    /// Returns the text of a value of a scale with this step, with as many decimals as the step needs.
    fn tick(self, value: f64, step: f64) -> String {
        let (value, step, sign) = match self {
            Unit::Share => (value * 100.0, step * 100.0, " %"),
            Unit::Number | Unit::Index => (value, step, ""),
        };
        if value.abs() >= 10_000.0 {
            return short(value);
        }
        let decimals = (-step.log10().floor()).clamp(0.0, 6.0) as usize;
        // Zero has no sign.
        let value = value + 0.0;
        format!("{value:.decimals$}{sign}")
    }
}

/// Returns the page's colour for the series of this index.
pub(super) fn colour(index: usize) -> String {
    format!("var(--s{})", index % COLOURS + 1)
}

pub(super) fn text(out: &mut String, (x, y): (f64, f64), anchor: &str, words: &str) {
    let _ = write!(out, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{}</text>"#, escaped(words));
}

/// Returns the text with the characters escaped that HTML reserves.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Returns 1, 2 or 5 times a power of ten, at least `step`.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|round| *round >= step * 0.999).unwrap_or(step)
}

fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        10_000.0.. => format!("{:.0}k", value / 1_000.0),
        100.0.. => format!("{value:.0}"),
        10.0.. => trimmed(format!("{value:.1}")),
        0.1.. => trimmed(format!("{value:.2}")),
        _ => trimmed(format!("{value:.4}")),
    }
}

/// Returns the text without zeros at the end.
fn trimmed(text: String) -> String {
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(mark: Mark, unit: Unit, points: Vec<(f64, f64)>) -> String {
        let across = Across::Names(vec!["a & b".into(), "c".into()]);
        Chart { title: "t", note: "", across, mark, unit, series: vec![Series { name: "one", points }] }.to_svg()
    }

    #[test]
    fn points_lie_in_the_picture_and_what_is_unknown_is_left_out() {
        let svg = chart(Mark::Line, Unit::Number, vec![(0.0, 0.0), (1.0, f64::NAN), (1.0, 4.0)]);
        assert!(svg.contains(r#"points="52.0,214.0 536.0,16.0""#), "{svg}");
        assert!(!svg.contains("NaN") && svg.contains("a &amp; b") && svg.contains("one, c: 4"));
    }

    #[test]
    fn a_chart_of_nothing_is_still_a_chart() {
        for (mark, unit) in [(Mark::Bar, Unit::Share), (Mark::Line, Unit::Index), (Mark::Bar, Unit::Number)] {
            for points in [Vec::new(), vec![(0.0, 0.0)], vec![(0.0, 1.0)]] {
                let svg = chart(mark, unit, points);
                assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            }
        }
    }

    #[test]
    fn an_index_fills_the_picture_and_shares_are_percentages() {
        let index = chart(Mark::Line, Unit::Index, vec![(0.0, 0.98), (1.0, 1.02)]);
        assert!(index.contains(">1.00<") && !index.contains(">0<"), "{index}");
        let shares = chart(Mark::Bar, Unit::Share, vec![(0.0, 0.02), (1.0, 0.25)]);
        assert!(shares.contains(">10 %<") && shares.contains(">25.0 %<") && shares.contains(">0 %<"), "{shares}");
    }

    #[test]
    fn few_decades_have_twos_and_fives_and_nothing_is_below_zero() {
        let decades = |points| {
            let series = vec![Series { name: "one", points }];
            let (across, mark, unit) = (Across::Decades, Mark::Line, Unit::Share);
            Chart { title: "t", note: "", across, mark, unit, series }.to_svg()
        };
        let few = decades(vec![(0.5, 0.1), (2.1, 0.2)]);
        assert!(["5", "10", "20", "50", "100"].iter().all(|tick| few.contains(&format!(">{tick}<"))), "{few}");
        assert!(!few.contains(">2<") && !few.contains("-0"), "{few}");
        assert!(!decades(vec![(0.0, 0.1), (5.0, 0.2)]).contains(">20<"));
    }

    #[test]
    fn steps_are_round() {
        assert_eq!([0.3, 1.2, 3.0, 70.0].map(round_step), [0.5, 2.0, 5.0, 100.0]);
        assert_eq!([0.0, 0.25, 1.5, 12.0, 450.0, 25_000.0].map(short), ["0", "0.25", "1.5", "12", "450", "25k"]);
    }
}
