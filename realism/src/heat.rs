//! A week as a heat map, in inline SVG: a row a day, a column an hour. Must not depend on: records.

use super::chart::{Unit, escaped, text};
use std::fmt::Write;

/// The shares of events in each hour of a week.
#[derive(Clone, Debug)]
pub(super) struct Heat {
    /// The title.
    pub title: &'static str,
    /// The units, and the data that are left out.
    pub note: &'static str,
    /// The shares of the total, by weekday from Monday and by hour.
    pub cells: [[f64; 24]; 7],
}

pub(super) const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 40.0;
const TOP: f64 = 8.0;
const ROW: f64 = 29.0;

impl Heat {
    /// Returns the map as one `<svg>` element.
    pub(super) fn to_svg(&self) -> String {
        let column = (WIDTH - LEFT - 14.0) / 24.0;
        let most = self.cells.iter().flatten().copied().filter(|cell| cell.is_finite()).fold(0.0, f64::max);
        let mut out =
            format!(r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{}">"#, escaped(self.title));
        for (day, (cells, name)) in self.cells.iter().zip(WEEKDAYS).enumerate() {
            let y = TOP + ROW * day as f64;
            text(&mut out, (LEFT - 8.0, y + ROW / 2.0 + 4.0), "end", name);
            for (hour, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.is_finite()) {
                let (x, wide, high) = (LEFT + column * hour as f64, column - 1.5, ROW - 1.5);
                // A square root, so that quiet hours are distinguishable, too.
                let strength = if most > 0.0 { 0.06 + 0.94 * (cell / most).sqrt() } else { 0.06 };
                let said = escaped(&format!("{name} {hour} h: {}", Unit::Share.text(*cell)));
                let _ = write!(
                    out,
                    r#"<rect x="{x:.1}" y="{y:.1}" width="{wide:.1}" height="{high:.1}" rx="2" fill="var(--s1)" fill-opacity="{strength:.2}"><title>{said}</title></rect>"#
                );
            }
        }
        for hour in (0..24).step_by(2) {
            let x = LEFT + column * (f64::from(hour) + 0.5);
            text(&mut out, (x, TOP + 7.0 * ROW + 16.0), "middle", &hour.to_string());
        }
        out.push_str("</svg>");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_hour_is_the_strongest() {
        let mut cells = [[0.001; 24]; 7];
        cells[4][23] = 0.04;
        let svg = Heat { title: "t", note: "", cells }.to_svg();
        assert_eq!((svg.matches("<rect").count(), svg.matches(r#"fill-opacity="1.00""#).count()), (168, 1));
        assert!(svg.contains("Fri 23 h: 4.00 %"));
    }

    #[test]
    fn a_week_of_nothing_is_drawn() {
        for cells in [[[0.0; 24]; 7], [[f64::NAN; 24]; 7]] {
            let svg = Heat { title: "t", note: "", cells }.to_svg();
            assert!(svg.ends_with("</svg>") && !svg.contains("NaN"), "{svg}");
        }
    }
}
