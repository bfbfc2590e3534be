//! Factors of the kinds of days on visits of the shop.
//! Must not depend on: customers.

use crate::region::DayKind;

/// Returns the factor of a kind of day on visits; for days of rest, against a Sunday. On Black Friday and Cyber Monday sales
/// are two to six times those of a usual day, on Singles' Day over twice (REES46); in their week, time spent in online shops
/// rises by half (Hitwise 2016).
pub(in crate::shop) fn visits_on(kind: DayKind) -> f64 {
    match kind {
        DayKind::Sale => 2.7,
        DayKind::OnlineSale => 2.5,
        DayKind::SaleSeason => 1.25,
        DayKind::Holiday => 1.08,
        DayKind::Usual | DayKind::SchoolBreak | DayKind::DayAfter => 1.0,
        DayKind::Gift => 0.97,
        DayKind::EarlyEve => 0.97,
        DayKind::Eve => 0.88,
        DayKind::NewYear | DayKind::Carnival => 0.85,
        DayKind::FamilyHoliday => 0.8,
        DayKind::HalfDay | DayKind::NewYearsEve => 0.68,
        DayKind::Closed => 0.66,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Country, Persona};
    use crate::region::{Calendar, LocalDay};
    use crate::shop::model::rhythms::VisitRhythms;

    /// Visits that all personas together expect on each day of 2025, January first.
    fn year(zone: &str, country: Country) -> Vec<f64> {
        let calendar = Calendar::new(zone).expect("a zone").with_holidays(country);
        let rhythms = VisitRhythms::new();
        let first = LocalDay::of(2025, 1, 1).expect("a date").0;
        let on = |day| {
            let each = rhythms.0.iter().zip(Persona::SHARES);
            each.map(|(rhythm, share)| share * rhythm.mass(&calendar, LocalDay(day))).sum()
        };
        (first..first + 365).map(on).collect()
    }

    /// Returns the ratio of a day of the year (from 0) to the median of the 29 days around it.
    fn ratio(days: &[f64], at: usize) -> f64 {
        let mut around: Vec<f64> = days[at - 14..=(at + 14).min(364)].to_vec();
        around.sort_by(f64::total_cmp);
        days[at] / around[around.len() / 2]
    }

    #[test]
    fn sales_stand_out_where_they_are_held() {
        let (us, jp) = (year("America/Chicago", Country::UnitedStates), year("Asia/Tokyo", Country::Japan));
        // 28 November, 1 December and 11 November.
        for (days, at) in [(&us, 331), (&us, 334), (&jp, 314)] {
            assert!((2.0..6.0).contains(&ratio(days, at)), "{}", ratio(days, at));
        }
        assert!(ratio(&us, 314) < 1.3, "no Singles' Day in the States");
        assert!(ratio(&us, 358) < 0.8, "visits are few on Christmas Day");
    }

    #[test]
    fn the_fourth_quarter_is_the_busiest_and_usual_days_differ_little() {
        for (zone, country) in [("America/Chicago", Country::UnitedStates), ("Europe/London", Country::England)] {
            let days = year(zone, country);
            let sum = |from: usize, to: usize| days[from..to].iter().sum::<f64>() / (to - from) as f64;
            let quarters = sum(273, 365) / sum(0, 90);
            assert!((1.1..1.35).contains(&quarters), "{quarters}");
            let calendar = Calendar::new(zone).expect("a zone").with_holidays(country);
            let first = LocalDay::of(2025, 1, 1).expect("a date").0;
            let usual = |at: &usize| calendar.kind(LocalDay(first + *at as i32)) <= DayKind::SchoolBreak;
            let plain: Vec<f64> = (0..365).filter(usual).map(|at| days[at]).collect();
            let mean = plain.iter().sum::<f64>() / plain.len() as f64;
            let variance = plain.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / plain.len() as f64;
            let variation = f64::sqrt(variance) / mean;
            assert!((0.08..0.25).contains(&variation), "{variation}");
        }
    }
}
