//! Offset changes beyond the time zone database, which ends with the year 2099: each zone keeps the rule of its last years.
//! Must not depend on: any zone by name.

use crate::region::local_time::{LocalDay, SECONDS_PER_DAY};

/// The first day after the database: 2100-01-01.
pub(super) const FIRST_DAY: i64 = 47_482;

/// The years from which a zone's rule is derived: enough for the first weekday from a date on to fall on each of the seven
/// possible dates. In the year before, some zones still changed their clocks by the moon.
const RULE_YEARS: std::ops::RangeInclusive<i32> = 2088..=2099;

/// The last year of any world.
const LAST_YEAR: i32 = 2199;

/// A change of offset: the first second of the new one (UTC), and the new one in seconds.
pub(super) type Turn = (i64, i64);

/// A yearly change: on the first given weekday from a date on, at a time of day in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Yearly {
    /// Days from the first of March to the date, so that the length of February does not count.
    from: i32,
    weekday: u8,
    second: i64,
    offset: i64,
}

impl Yearly {
    /// Returns the rule of one change per year, if the changes follow one.
    fn of(turns: &[Turn]) -> Option<Self> {
        let day = |turn: &Turn| (turn.0.div_euclid(SECONDS_PER_DAY)) as i32;
        let since_march = |turn: &Turn| day(turn) - march(LocalDay(day(turn)).year_month_day().0);
        let (first, last) = (turns.iter().map(since_march).min()?, turns.iter().map(since_march).max()?);
        let traits = |turn: &Turn| (LocalDay(day(turn)).weekday(), turn.0.rem_euclid(SECONDS_PER_DAY), turn.1);
        let (weekday, second, offset) = traits(&turns[0]);
        let alike = turns.iter().all(|turn| traits(turn) == (weekday, second, offset));
        (alike && last - first == 6).then_some(Yearly { from: first, weekday, second, offset })
    }

    fn in_year(self, year: i32) -> Turn {
        let from = march(year) + self.from;
        let wait = (7 + self.weekday - LocalDay(from).weekday()) % 7;
        (i64::from(from + i32::from(wait)) * SECONDS_PER_DAY + self.second, self.offset)
    }
}

/// Returns the first of March.
fn march(year: i32) -> i32 {
    LocalDay::of(year, 3, 1).expect("every year has a March").0
}

/// Returns the changes of the years from 2100 on, derived from the years before; none for a zone without changes in its
/// last years, or whose changes follow no rule.
pub(super) fn turns(known: &[Turn]) -> Vec<Turn> {
    let rules = rules(known).unwrap_or_default();
    (RULE_YEARS.end() + 1..=LAST_YEAR).flat_map(|year| rules.iter().map(move |rule| rule.in_year(year))).collect()
}

/// Returns the rules of a year's changes, in their order.
fn rules(known: &[Turn]) -> Option<Vec<Yearly>> {
    let in_year = |year: i32| {
        let bounds =
            [year, year + 1].map(|year| LocalDay::of(year, 1, 1).map(|day| i64::from(day.0) * SECONDS_PER_DAY));
        let found = known.iter().filter(move |turn| bounds[0] <= Some(turn.0) && Some(turn.0) < bounds[1]);
        found.copied().collect::<Vec<Turn>>()
    };
    let years: Vec<Vec<Turn>> = RULE_YEARS.map(in_year).collect();
    let count = years[0].len();
    if years.iter().any(|year| year.len() != count) {
        return None;
    }
    (0..count).map(|nth| Yearly::of(&years.iter().map(|year| year[nth]).collect::<Vec<_>>())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{find_turns, offset_at};
    use super::*;
    use chrono_tz::{TZ_VARIANTS, Tz};

    #[test]
    fn every_zone_has_a_rule_that_fits_its_last_years() {
        for zone in TZ_VARIANTS {
            let known = find_turns(zone);
            let rules = rules(&known).unwrap_or_else(|| panic!("{zone} has no rule"));
            let told: Vec<Turn> =
                RULE_YEARS.flat_map(|year| rules.iter().map(move |rule| rule.in_year(year))).collect();
            let first = i64::from(LocalDay::of(*RULE_YEARS.start(), 1, 1).unwrap().0) * SECONDS_PER_DAY;
            let had: Vec<Turn> = known.iter().copied().filter(|turn| turn.0 >= first).collect();
            assert_eq!(told, had, "{zone}");
        }
    }

    /// The expected values are those of Python's zoneinfo, which continues by the rule at the end of a zone's file.
    #[test]
    fn the_rules_go_on_as_other_libraries_have_it() {
        let table: [(Tz, [Turn; 4]); 7] = [
            (
                Tz::America__Chicago,
                [
                    (4_108_694_400, -18_000),
                    (4_129_254_000, -21_600),
                    (7_232_486_400, -18_000),
                    (7_253_046_000, -21_600),
                ],
            ),
            (
                Tz::Europe__London,
                [(4_109_878_800, 3_600), (4_128_627_600, 0), (7_234_275_600, 3_600), (7_252_419_600, 0)],
            ),
            (
                Tz::America__Santiago,
                [
                    (4_110_490_800, -14_400),
                    (4_123_800_000, -10_800),
                    (7_234_887_600, -14_400),
                    (7_248_196_800, -10_800),
                ],
            ),
            (
                Tz::Australia__Lord_Howe,
                [(4_110_447_600, 37_800), (4_126_174_200, 39_600), (7_234_844_400, 37_800), (7_250_571_000, 39_600)],
            ),
            (
                Tz::Africa__Cairo,
                [(4_112_719_200, 10_800), (4_128_440_400, 7_200), (7_236_511_200, 10_800), (7_252_837_200, 7_200)],
            ),
            (
                Tz::America__Nuuk,
                [(4_109_878_800, -3_600), (4_128_627_600, -7_200), (7_234_275_600, -3_600), (7_252_419_600, -7_200)],
            ),
            (
                Tz::Asia__Gaza,
                [(4_109_788_800, 10_800), (4_128_534_000, 7_200), (7_234_185_600, 10_800), (7_252_326_000, 7_200)],
            ),
        ];
        for (zone, expected) in table {
            let all = turns(&find_turns(zone));
            assert_eq!(all.len(), 200, "{zone}");
            assert_eq!([all[0], all[1], all[198], all[199]], expected, "{zone}");
        }
    }

    #[test]
    fn zones_without_summer_time_keep_their_offset() {
        for zone in [Tz::America__Sao_Paulo, Tz::Asia__Tokyo, Tz::Asia__Kolkata, Tz::Africa__Casablanca] {
            assert!(turns(&find_turns(zone)).is_empty(), "{zone}");
            assert_eq!(offset_at(zone, FIRST_DAY * SECONDS_PER_DAY), offset_at(zone, FIRST_DAY * SECONDS_PER_DAY - 1));
        }
    }
}
