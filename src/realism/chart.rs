//! Charts as inline SVG: lines or bars over a scale or over named places. Knows numbers and names, no records.

use std::fmt::Write;

/// A chart.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    /// What it shows, with the units.
    pub title: &'static str,
    /// What lies along the bottom.
    pub across: Across,
    /// Lines or bars.
    pub mark: Mark,
    /// What is compared.
    pub series: Vec<Series>,
}

/// The scale along the bottom.
#[derive(Clone, Debug)]
pub(super) enum Across {
    /// Values are at 0, 1, 2 …, which have these names.
    Names(Vec<String>),
    /// Powers of ten: a value at 2 is at 100.
    Decades,
}

/// How values are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Line,
    Bar,
}

/// Values of one kind.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub name: &'static str,
    /// Where and how much; what is not finite is left out.
    pub points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 250.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 46.0;
const COLOURS: [&str; 5] = ["#2b6cb0", "#c05621", "#2f855a", "#805ad5", "#718096"];

impl Series {
    /// Values at 0, 1, 2 ….
    pub(super) fn of(name: &'static str, values: impl IntoIterator<Item = f64>) -> Self {
        Series { name, points: (0..).map(f64::from).zip(values).collect() }
    }
}

/// Where values lie in the picture.
struct Frame {
    from: f64,
    to: f64,
    most: f64,
}

impl Frame {
    fn x(&self, x: f64) -> f64 {
        LEFT + (x - self.from) / (self.to - self.from) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, y: f64) -> f64 {
        HEIGHT - BOTTOM - y / self.most * (HEIGHT - TOP - BOTTOM)
    }
}

impl Chart {
    /// The chart as one `<svg>` element.
    pub(super) fn to_svg(&self) -> String {
        let frame = self.frame();
        let mut out = format!(r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{}">"#, self.title);
        self.rules(&frame, &mut out);
        self.names(&frame, &mut out);
        for (index, series) in self.series.iter().enumerate() {
            match self.mark {
                Mark::Line => line(series, &frame, COLOURS[index % COLOURS.len()], &mut out),
                Mark::Bar => self.bars(index, &frame, &mut out),
            }
        }
        self.legend(&mut out);
        out.push_str("</svg>");
        out
    }

    fn frame(&self) -> Frame {
        let points = || self.series.iter().flat_map(|s| &s.points).filter(|(x, y)| x.is_finite() && y.is_finite());
        let from = points().map(|(x, _)| *x).fold(f64::INFINITY, f64::min);
        let to = points().map(|(x, _)| *x).fold(f64::NEG_INFINITY, f64::max);
        let most = points().map(|(_, y)| *y).fold(0.0, f64::max);
        let room = if self.mark == Mark::Bar { 0.5 } else { 0.0 };
        let (from, to) = if from < to { (from, to) } else { (0.0, 1.0) };
        Frame { from: from - room, to: to + room, most: if most > 0.0 { most } else { 1.0 } }
    }

    /// Horizontal rules with their values.
    fn rules(&self, frame: &Frame, out: &mut String) {
        let step = round_step(frame.most / 4.0);
        let mut value = 0.0;
        while value <= frame.most * 1.001 {
            let (y, left, right) = (frame.y(value), LEFT, WIDTH - RIGHT);
            let _ = write!(out, r##"<line x1="{left}" x2="{right}" y1="{y:.1}" y2="{y:.1}" stroke="#e2e8f0"/>"##);
            text(out, LEFT - 6.0, y + 4.0, "end", &short(value));
            value += step;
        }
    }

    /// What lies along the bottom.
    fn names(&self, frame: &Frame, out: &mut String) {
        let y = HEIGHT - BOTTOM + 16.0;
        match &self.across {
            Across::Names(names) => {
                let every = names.len().div_ceil(12);
                for (at, name) in (0..).zip(names).step_by(every) {
                    text(out, frame.x(f64::from(at)), y, "middle", name);
                }
            }
            Across::Decades => {
                for power in frame.from.ceil() as i32..=frame.to.floor() as i32 {
                    text(out, frame.x(f64::from(power)), y, "middle", &short(10_f64.powi(power)));
                }
            }
        }
    }

    fn bars(&self, index: usize, frame: &Frame, out: &mut String) {
        let slot = (frame.x(1.0) - frame.x(0.0)) * 0.8;
        let width = slot / self.series.len() as f64;
        for (x, y) in self.series[index].points.iter().filter(|(_, y)| y.is_finite()) {
            let (left, top) = (frame.x(*x) - slot / 2.0 + width * index as f64, frame.y(*y));
            let (height, fill) = (frame.y(0.0) - top, COLOURS[index % COLOURS.len()]);
            let _ = write!(
                out,
                r#"<rect x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" fill="{fill}"><title>{}</title></rect>"#,
                short(*y)
            );
        }
    }

    fn legend(&self, out: &mut String) {
        let mut x = LEFT;
        for (index, series) in self.series.iter().enumerate() {
            let (y, fill) = (HEIGHT - 16.0, COLOURS[index % COLOURS.len()]);
            let _ = write!(out, r#"<rect x="{x:.1}" y="{y}" width="10" height="10" fill="{fill}"/>"#);
            text(out, x + 14.0, y + 9.0, "start", series.name);
            x += 34.0 + 6.2 * series.name.chars().count() as f64;
        }
    }
}

fn line(series: &Series, frame: &Frame, colour: &str, out: &mut String) {
    let there = series.points.iter().filter(|(_, y)| y.is_finite());
    let points: Vec<String> = there.map(|(x, y)| format!("{:.1},{:.1}", frame.x(*x), frame.y(*y))).collect();
    let points = points.join(" ");
    let _ = write!(out, r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>"#);
}

fn text(out: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let _ = write!(out, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{}</text>"#, escaped(words));
}

/// Text as it may stand in a page.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// 1, 2 or 5 times a power of ten, at least `step`.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|round| *round >= step * 0.999).unwrap_or(step)
}

fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        10_000.0.. => format!("{:.0}k", value / 1_000.0),
        10.0.. => format!("{value:.0}"),
        1.0.. => format!("{value:.1}"),
        0.01.. => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(mark: Mark, points: Vec<(f64, f64)>) -> String {
        let across = Across::Names(vec!["a & b".into(), "c".into()]);
        Chart { title: "t", across, mark, series: vec![Series { name: "one", points }] }.to_svg()
    }

    #[test]
    fn points_lie_in_the_picture_and_what_is_unknown_is_left_out() {
        let svg = chart(Mark::Line, vec![(0.0, 0.0), (1.0, f64::NAN), (1.0, 4.0)]);
        assert!(svg.contains(r#"points="52.0,204.0 548.0,14.0""#), "{svg}");
        assert!(!svg.contains("NaN") && svg.contains("a &amp; b"));
    }

    #[test]
    fn a_chart_of_nothing_is_still_a_chart() {
        let svg = chart(Mark::Bar, Vec::new());
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>") && !svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn steps_are_round() {
        assert_eq!([0.3, 1.2, 3.0, 70.0].map(round_step), [0.5, 2.0, 5.0, 100.0]);
    }
}
