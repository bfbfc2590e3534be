//! When people do things: curves over the hours of a week and the months of a year, and the next arrival of a
//! non-homogeneous Poisson process that follows them in local time. Knows no domain.

use crate::engine::{Draws, VirtualTime, sample};
use crate::region::{Calendar, LocalDay};

const HOUR_MICROS: f64 = 3_600e6;
const DAY_MICROS: i64 = 86_400_000_000;

/// A bump of activity in a day.
#[derive(Clone, Copy, Debug)]
pub struct Bump {
    /// Local hour of its top, 0 to 24.
    pub hour: f64,
    /// Concentration of the von Mises curve; 1 is broad, 20 lasts about two hours.
    pub kappa: f64,
    /// Its mass.
    pub weight: f64,
}

/// Shorthand for a [`Bump`].
pub const fn bump(hour: f64, kappa: f64, weight: f64) -> Bump {
    Bump { hour, kappa, weight }
}

/// The mass of each hour of a day under a mixture of von Mises bumps over an even floor.
pub fn hours(bumps: &[Bump], floor: f64) -> [f64; 24] {
    let mut mass = [floor / 24.0; 24];
    for b in bumps {
        let density = |h: usize| {
            let angle = (h as f64 + 0.5 - b.hour) * std::f64::consts::TAU / 24.0;
            libm::exp(b.kappa * (libm::cos(angle) - 1.0))
        };
        let total: f64 = (0..24).map(density).sum();
        (0..24).for_each(|h| mass[h] += b.weight * density(h) / total);
    }
    mass
}

/// Expected activity over the hours of a week and the months of a year; an average day has mass 1.
#[derive(Clone, Debug)]
pub struct Rhythm {
    /// Mass before each hour, and of the whole day at the end, for Monday to Sunday.
    cumulative: [[f64; 25]; 7],
    months: [f64; 12],
}

impl Rhythm {
    /// The rhythm with these masses by weekday (0 = Monday) and hour, and these factors by month, both of any scale.
    pub fn new(week: &[[f64; 24]; 7], months: &[f64; 12]) -> Self {
        let week_mass: f64 = week.iter().flatten().sum();
        let month_mean = months.iter().sum::<f64>() / 12.0;
        let mut cumulative = [[0.0; 25]; 7];
        for (day, row) in week.iter().zip(&mut cumulative) {
            for h in 0..24 {
                row[h + 1] = row[h] + day[h] * 7.0 / week_mass;
            }
        }
        Rhythm { cumulative, months: months.map(|m| m / month_mean) }
    }

    /// The next arrival after `now` of a process with `per_day` arrivals on an average day.
    ///
    /// The process lives in local time moved by `shift_minutes` (a late riser's day begins later), so that an hour
    /// skipped by daylight saving moves its arrivals forward and a repeated hour counts once. With no arrivals to
    /// expect there are none.
    pub fn next_arrival(
        &self,
        calendar: &Calendar,
        now: VirtualTime,
        shift_minutes: i16,
        per_day: f64,
        draws: &mut Draws,
    ) -> VirtualTime {
        if per_day <= 0.0 {
            return VirtualTime::NEVER;
        }
        let shift = shift_minutes as i64 * 60_000_000;
        let local = calendar.local(now);
        let since_epoch = local.day.0 as i64 * DAY_MICROS + local.micros_of_day - shift;
        let mut day = LocalDay(since_epoch.div_euclid(DAY_MICROS) as i32);
        let of_day = since_epoch.rem_euclid(DAY_MICROS) as f64 / HOUR_MICROS;
        let mut left = sample::exponential(draws) / per_day.max(1.0 / 4_000.0);
        let mut month = Month::of(self, day);
        left += self.mass_until(day, of_day, month.factor);
        // Sixty years bound the search; what is rarer than that does not happen.
        let last = day.0 + 22_000;
        while day.0 < last {
            let mass = self.cumulative[day.weekday() as usize][24] * month.factor;
            if left < mass {
                let micros = (self.hour_at(day, left, month.factor) * HOUR_MICROS) as i64 + shift;
                return utc_of(calendar, day, micros).max(now.next());
            }
            // Every seven days have the mass of a week, so whole weeks of a month are one step.
            let weeks = ((left / (7.0 * month.factor)) as i32).min(month.days_left / 7);
            let (days, gone) = if weeks > 0 { (7 * weeks, 7.0 * weeks as f64 * month.factor) } else { (1, mass) };
            left = (left - gone).max(0.0);
            day = LocalDay(day.0 + days);
            month = month.after(days, self, day);
        }
        VirtualTime::NEVER
    }

    fn mass_until(&self, day: LocalDay, hour: f64, factor: f64) -> f64 {
        let row = &self.cumulative[day.weekday() as usize];
        let h = (hour as usize).min(23);
        (row[h] + (row[h + 1] - row[h]) * (hour - h as f64)) * factor
    }

    fn hour_at(&self, day: LocalDay, mass: f64, factor: f64) -> f64 {
        let row = &self.cumulative[day.weekday() as usize];
        let wanted = mass / factor;
        let h = row.partition_point(|c| *c <= wanted).clamp(1, 24) - 1;
        let width = row[h + 1] - row[h];
        let inside = if width > 0.0 { (wanted - row[h]) / width } else { 0.0 };
        h as f64 + inside.clamp(0.0, 0.999_999_999)
    }

    /// The local hour as this process counts it for somebody whose day is moved by `shift_minutes`: (weekday, hour).
    pub fn own_hour(calendar: &Calendar, now: VirtualTime, shift_minutes: i16) -> (usize, usize) {
        let local = calendar.local(now);
        let micros = local.day.0 as i64 * DAY_MICROS + local.micros_of_day - shift_minutes as i64 * 60_000_000;
        let day = LocalDay(micros.div_euclid(DAY_MICROS) as i32);
        (day.weekday() as usize, (micros.rem_euclid(DAY_MICROS) / 3_600_000_000) as usize)
    }
}

/// Where a search stands in a month.
#[derive(Clone, Copy)]
struct Month {
    factor: f64,
    /// Days of the month from the present one on, that one included.
    days_left: i32,
}

impl Month {
    fn of(rhythm: &Rhythm, day: LocalDay) -> Self {
        let (_, month, of_month) = day.year_month_day();
        let days_left = day.days_in_month() as i32 - of_month as i32 + 1;
        Month { factor: rhythm.months[month as usize - 1], days_left }
    }

    /// The month that holds `day`, which is `days` later.
    fn after(self, days: i32, rhythm: &Rhythm, day: LocalDay) -> Self {
        let days_left = self.days_left - days;
        if days_left > 0 { Month { days_left, ..self } } else { Month::of(rhythm, day) }
    }
}

/// The instant at `micros` after the local midnight of `day`, which may lie outside that day.
pub fn utc_of(calendar: &Calendar, day: LocalDay, micros: i64) -> VirtualTime {
    let days = micros.div_euclid(DAY_MICROS) as i32;
    calendar.utc(LocalDay(day.0 + days), micros.rem_euclid(DAY_MICROS))
}

/// A week whose Monday to Friday and whose Saturday and Sunday are alike, with a factor for each day.
pub fn week(workday: [f64; 24], weekend: [f64; 24], factors: [f64; 7]) -> [[f64; 24]; 7] {
    std::array::from_fn(|d| {
        let base = if d < 5 { workday } else { weekend };
        base.map(|mass| mass * factors[d])
    })
}

/// No difference between the months.
pub const EVEN_MONTHS: [f64; 12] = [1.0; 12];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, Span, WorldKey};

    fn arrivals(calendar: &Calendar, from: &str, days: i64, per_day: f64, seed: u64) -> Vec<VirtualTime> {
        let day = hours(&[bump(13.0, 2.0, 0.8)], 0.2);
        let rhythm = Rhythm::new(&week(day, day, [1.0; 7]), &EVEN_MONTHS);
        let start = crate::scenario::resolve_time(from, VirtualTime::from_micros(0)).expect("a time");
        let (end, mut now, mut all) = (start + Span::from_days(days), start, Vec::new());
        for act in 0.. {
            let mut draws = WorldKey::new(seed).draws(1, Purpose::Habit, act);
            now = rhythm.next_arrival(calendar, now, 30, per_day, &mut draws);
            if now >= end {
                break;
            }
            all.push(now);
        }
        all
    }

    #[test]
    fn the_rate_is_kept_and_the_curve_is_followed() {
        let calendar = Calendar::new("America/Chicago").expect("a zone");
        let all: Vec<_> = (0..25).flat_map(|seed| arrivals(&calendar, "2026-01-01", 400, 10.0, seed)).collect();
        assert!((99_000..101_000).contains(&all.len()), "{} arrivals where 100,000 are expected", all.len());
        let at = |h: u8| all.iter().filter(|t| calendar.local(**t).hour() == h).count();
        assert!(at(13) > 5 * at(2), "{} at 13 h, {} at 2 h", at(13), at(2));
    }

    #[test]
    fn rare_things_happen_at_their_rate_too() {
        let calendar = Calendar::new("Asia/Tokyo").expect("a zone");
        let count: usize = (0..40).map(|seed| arrivals(&calendar, "2026-01-01", 1_000, 0.02, seed).len()).sum();
        assert!((720..880).contains(&count), "{count} arrivals where 800 are expected");
    }

    #[test]
    fn a_skipped_hour_moves_on_and_a_repeated_one_counts_once() {
        let calendar = Calendar::new("America/Chicago").expect("a zone");
        let in_hour = |day: &str, utc_hour: i64, seeds: u64| -> usize {
            let midnight = crate::scenario::resolve_time(day, VirtualTime::from_micros(0)).expect("a date").seconds();
            let inside = |t: &VirtualTime| (t.seconds() - midnight).div_euclid(3_600) == utc_hour;
            (0..seeds).map(|s| arrivals(&calendar, day, 1, 40.0, s).iter().filter(|t| inside(t)).count()).sum()
        };
        // 1 November 2026: 1 h local is 6 h and again 7 h UTC; all of it falls into the first.
        let (first, again, after) =
            (in_hour("2026-11-01", 6, 300), in_hour("2026-11-01", 7, 300), in_hour("2026-11-01", 8, 300));
        assert!(again == 0 && first > 0 && after > 0, "{first} {again} {after}");
        // 8 March 2026: 2 h local does not exist; 8 h UTC is 3 h local and has both hours' arrivals.
        let (skipped, usual) = (in_hour("2026-03-08", 8, 300), in_hour("2026-03-09", 8, 300));
        assert!(skipped as f64 > 1.5 * usual as f64, "{skipped} and {usual}");
        assert_eq!(calendar.local(VirtualTime::from_seconds(1_772_953_200)).hour(), 1);
    }
}
