//! A check: the measured quantity, its band, and the verdict. Must not depend on: records.

use super::statistics::Estimate;
use serde::{Serialize, Serializer};

/// The definition of a check.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spec {
    /// The row of the acceptance table, from 1.
    pub number: u8,
    /// The name of the row.
    pub name: &'static str,
    /// The quantity to measure.
    pub measure: &'static str,
    /// The band in which the value should be.
    pub band: Band,
    /// The number of observations below which there is no verdict.
    pub least: u64,
    /// The format of the value.
    pub unit: Unit,
    /// The source of the band.
    pub source: &'static str,
}

/// The lowest and the highest value of a band; infinite for an open side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// The lowest value inside.
    pub low: f64,
    /// The highest value inside.
    pub high: f64,
}

/// The format of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A number.
    Number,
    /// A percentage; the value itself is a share.
    Share,
    /// An hour of the day.
    Hour,
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The 95 % interval overlaps the band.
    Inside,
    /// The 95 % interval does not overlap the band.
    Outside,
    /// There are too few observations for a verdict, which counts as a failure.
    TooFew,
}

/// A check that was carried out.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// The row of the acceptance table, from 1.
    pub number: u8,
    /// The name of the row.
    pub name: &'static str,
    /// The quantity that is measured.
    pub measure: &'static str,
    /// The format of the value.
    pub unit: Unit,
    /// The measured value; null without observations.
    #[serde(serialize_with = "finite")]
    pub value: f64,
    /// The lower end of the 95 % interval.
    #[serde(serialize_with = "finite")]
    pub low: f64,
    /// The upper end.
    #[serde(serialize_with = "finite")]
    pub high: f64,
    /// The band of published figures.
    pub band: Band,
    /// The number of observations.
    pub observations: u64,
    /// The number of observations below which there is no verdict.
    pub least_observations: u64,
    /// The publication that the band comes from.
    pub source: &'static str,
    /// The verdict.
    pub verdict: Verdict,
}

impl Spec {
    /// Returns the check with the verdict on the measured value.
    pub(super) fn judge(self, measured: Estimate) -> Check {
        let Estimate { value, low, high, observations } = measured;
        let known = value.is_finite() && observations >= self.least;
        let verdict = match (known, low <= self.band.high && high >= self.band.low) {
            (false, _) => Verdict::TooFew,
            (true, true) => Verdict::Inside,
            (true, false) => Verdict::Outside,
        };
        Check {
            number: self.number,
            name: self.name,
            measure: self.measure,
            unit: self.unit,
            value,
            low,
            high,
            band: self.band,
            observations,
            least_observations: self.least,
            source: self.source,
            verdict,
        }
    }
}

impl Check {
    /// Returns value, interval and band as texts.
    pub(super) fn texts(&self) -> [String; 3] {
        let unit = self.unit;
        let interval = match self.low.is_finite() && self.high.is_finite() {
            true => format!("{} … {}", unit.text(self.low), unit.text(self.high)),
            false => "–".to_owned(),
        };
        [unit.text(self.value), interval, self.band.text(unit)]
    }
}

impl Band {
    /// Returns the band from `low` to `high`.
    pub(super) const fn between(low: f64, high: f64) -> Self {
        Band { low, high }
    }

    /// Returns the band from `low` on.
    pub(super) const fn above(low: f64) -> Self {
        Band { low, high: f64::INFINITY }
    }

    /// Returns the band up to `high`.
    pub(super) const fn below(high: f64) -> Self {
        Band { low: f64::NEG_INFINITY, high }
    }

    fn text(self, unit: Unit) -> String {
        match (self.low.is_finite(), self.high.is_finite()) {
            (true, true) => format!("{} … {}", unit.text(self.low), unit.text(self.high)),
            (true, false) => format!("≥ {}", unit.text(self.low)),
            _ => format!("≤ {}", unit.text(self.high)),
        }
    }
}

impl Unit {
    fn text(self, value: f64) -> String {
        match self {
            _ if !value.is_finite() => "–".to_owned(),
            Unit::Share => format!("{:.*} %", if value.abs() < 0.1 { 2 } else { 1 }, value * 100.0),
            Unit::Hour => format!("{value:.0} h"),
            Unit::Number if value.abs() >= 10.0 => format!("{value:.1}"),
            Unit::Number => format!("{value:.3}"),
        }
    }
}

impl Verdict {
    /// Returns the text of the verdict.
    pub(super) fn text(self) -> &'static str {
        match self {
            Verdict::Inside => "inside",
            Verdict::Outside => "OUTSIDE",
            Verdict::TooFew => "TOO FEW",
        }
    }
}

impl Serialize for Band {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let end = |value: f64| Some(value).filter(|value| value.is_finite());
        [end(self.low), end(self.high)].serialize(serializer)
    }
}

fn finite<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    Some(*value).filter(|value| value.is_finite()).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: Spec = Spec {
        number: 1,
        name: "n",
        measure: "m",
        band: Band::between(0.1, 0.2),
        least: 10,
        unit: Unit::Share,
        source: "s",
    };

    fn judged(value: f64, low: f64, high: f64, observations: u64) -> Verdict {
        SPEC.judge(Estimate { value, low, high, observations }).verdict
    }

    #[test]
    fn an_interval_that_reaches_the_band_is_inside() {
        assert_eq!(judged(0.15, 0.14, 0.16, 10), Verdict::Inside);
        assert_eq!(judged(0.22, 0.19, 0.25, 10), Verdict::Inside);
        assert_eq!(judged(0.22, 0.21, 0.25, 10), Verdict::Outside);
        assert_eq!(judged(0.05, 0.01, 0.09, 10), Verdict::Outside);
    }

    #[test]
    fn few_observations_are_a_failure_whatever_the_value() {
        assert_eq!(judged(0.15, 0.1, 0.2, 9), Verdict::TooFew);
        assert_eq!(judged(f64::NAN, f64::NAN, f64::NAN, 10), Verdict::TooFew);
    }

    #[test]
    fn a_check_is_plain_json() {
        let check = Spec { band: Band::above(0.6), ..SPEC }.judge(Estimate {
            value: f64::NAN,
            low: 0.0,
            high: f64::NAN,
            observations: 0,
        });
        let json = serde_json::to_value(&check).unwrap();
        assert_eq!((&json["value"], &json["band"]), (&serde_json::Value::Null, &serde_json::json!([0.6, null])));
        assert_eq!(json["verdict"], "too_few");
        assert_eq!(check.texts(), ["–", "–", "≥ 60.0 %"]);
    }
}
