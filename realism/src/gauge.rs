//! A check as a small picture: its band shaded, its interval as a line, its value as a dot. Must not depend on:
//! records.

use super::check::Check;
use std::fmt::Write;

const WIDTH: f64 = 144.0;
const HEIGHT: f64 = 18.0;
const EDGE: f64 = 6.0;

/// Returns the picture as one `<svg>` element; without a value it shows only the band.
pub(super) fn gauge(check: &Check) -> String {
    let ends = [check.band.low, check.band.high, check.value, check.low, check.high];
    let known = || ends.into_iter().filter(|end| end.is_finite());
    let (least, most) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    // A margin of a quarter on both sides, where open bands end.
    let room = if most > least { 0.25 * (most - least) } else { 1.0 };
    let (from, to) = (least - room, most + room);
    let x = |value: f64| EDGE + (value.clamp(from, to) - from) / (to - from) * (WIDTH - 2.0 * EDGE);
    let mut out = format!(r#"<svg class="gauge" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">"#);
    let (left, right, middle) = (x(check.band.low), x(check.band.high), HEIGHT / 2.0);
    let width = (right - left).max(1.0);
    let _ = write!(out, r#"<rect class="band" x="{left:.1}" y="2" width="{width:.1}" height="14" rx="2"/>"#);
    let _ = write!(out, r#"<line class="axis" x1="0" x2="{WIDTH}" y1="{middle}" y2="{middle}"/>"#);
    if check.low.is_finite() && check.high.is_finite() {
        let (low, high) = (x(check.low), x(check.high));
        let _ = write!(out, r#"<line class="value" x1="{low:.1}" x2="{high:.1}" y1="{middle}" y2="{middle}"/>"#);
    }
    if check.value.is_finite() {
        let at = x(check.value);
        let _ = write!(out, r#"<circle cx="{at:.1}" cy="{middle}" r="3.5"/>"#);
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Band, Spec, Unit};
    use crate::statistics::Estimate;

    fn drawn(band: Band, value: f64, low: f64, high: f64) -> String {
        let spec = Spec { number: 1, name: "n", measure: "m", band, least: 1, unit: Unit::Share, source: "s" };
        gauge(&spec.judge(Estimate { value, low, high, observations: 5 }))
    }

    /// Returns the number after a mark.
    fn number(svg: &str, mark: &str) -> f64 {
        let rest = &svg[svg.find(mark).unwrap() + mark.len()..];
        rest[..rest.find('"').unwrap()].parse().unwrap()
    }

    #[test]
    fn a_value_lies_in_the_band_when_it_is_inside() {
        let svg = drawn(Band::between(0.2, 0.4), 0.3, 0.28, 0.32);
        let (left, width, at) =
            (number(&svg, "rect class=\"band\" x=\""), number(&svg, "width=\""), number(&svg, "cx=\""));
        assert!(left < at && at < left + width, "{svg}");
        let outside = drawn(Band::between(0.2, 0.4), 0.9, 0.8, 1.0);
        let (left, width) = (number(&outside, "rect class=\"band\" x=\""), number(&outside, "width=\""));
        assert!(number(&outside, "cx=\"") > left + width, "{outside}");
    }

    #[test]
    fn open_bands_and_unknown_values_are_drawn() {
        for band in [Band::above(0.6), Band::below(1.0), Band::between(1.0, 2.0)] {
            for value in [0.5, 1.0, f64::NAN] {
                let svg = drawn(band, value, value - 0.1, value + 0.1);
                assert!(!svg.contains("NaN") && !svg.contains("inf") && svg.ends_with("</svg>"), "{svg}");
            }
        }
    }
}
