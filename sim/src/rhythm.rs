//! Rhythms of activity: curves over the hours of a week, the kinds of days and the months of a year, and the next arrival
//! of a non-homogeneous Poisson process that follows them in local time.
//! Must not depend on: any domain.

use crate::engine::{RngStream, VirtualTime, sample};
use crate::region::{Calendar, Counted, DayKind, HolidayTable, LocalDay, TABLES};
use std::sync::OnceLock;

const HOUR_MICROS: f64 = 3_600e6;
const DAY_MICROS: i64 = 86_400_000_000;

/// Days from 1970-01-01 to the end of 2099, whose masses are summed up once.
const SPAN_DAYS: usize = 47_482;

/// Days that every month has.
const LEAST_MONTH_DAYS: usize = 28;

/// A bump of activity in a day.
#[derive(Clone, Copy, Debug)]
pub struct Bump {
    /// The local hour of its maximum, 0 to 24.
    pub hour: f64,
    /// The concentration of the von Mises curve: 1 is broad, 20 is about two hours wide.
    pub kappa: f64,
    /// Its mass.
    pub weight: f64,
}

/// Returns a [`Bump`].
pub const fn bump(hour: f64, kappa: f64, weight: f64) -> Bump {
    Bump { hour, kappa, weight }
}

/// Returns the mass of each hour of a day under a mixture of von Mises bumps over an even floor.
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

/// Masses by weekday (0 = Monday) and hour, of any scale.
pub type Week = [[f64; 24]; 7];

/// Expected activity over the hours of a week, the kinds of days and the months of a year; the mean day of a year has
/// mass 1 for the holidays of every country.
#[derive(Clone, Debug)]
pub struct Rhythm {
    /// The mass before each hour, and of the whole day at the end, by kind of day and weekday.
    cumulative: Vec<[f64; 25]>,
    months: [f64; 12],
    /// Factors by day of the month.
    of_month: [f64; 31],
    /// The factor that normalizes the year's mean to 1, by holiday table.
    scales: [f64; TABLES],
    /// The mass before each day of the span and at its end, by holiday table; computed on first use.
    before: [OnceLock<Box<[f64]>>; TABLES],
}

impl Rhythm {
    /// Returns the rhythm with these masses and factors by month, both of any scale, with all kinds of days alike.
    pub fn new(week: &Week, months: &[f64; 12]) -> Self {
        Rhythm::by_kind(|_| *week, months, &EVEN_DAYS)
    }

    /// Returns the rhythm with the masses that `week_of` gives each kind of day, all of one scale, and these factors by
    /// month and by day of the month.
    pub fn by_kind(week_of: impl Fn(DayKind) -> Week, months: &[f64; 12], of_month: &[f64; 31]) -> Self {
        let usual: f64 = week_of(DayKind::Usual).iter().flatten().sum();
        let mut cumulative = Vec::with_capacity(DayKind::COUNT * 7);
        for day in DayKind::ALL.iter().flat_map(|kind| week_of(*kind)) {
            let mut row = [0.0; 25];
            (0..24).for_each(|h| row[h + 1] = row[h] + day[h] * 7.0 / usual);
            cumulative.push(row);
        }
        let mut rhythm = Rhythm {
            cumulative,
            months: *months,
            of_month: *of_month,
            scales: [1.0; TABLES],
            before: Default::default(),
        };
        rhythm.scales = std::array::from_fn(|table| 1.0 / rhythm.mean(HolidayTable::numbered(table)));
        rhythm
    }

    /// Returns the mass of the mean day of 28 years, with the days of the month spread evenly over the kinds of days.
    fn mean(&self, holidays: &HolidayTable) -> f64 {
        let census = holidays.census();
        let mass = |one: &Counted| self.row(one.kind, one.weekday)[24] * self.months[one.month] * f64::from(one.days);
        let days: u32 = census.iter().map(|one| one.days).sum();
        census.iter().map(mass).sum::<f64>() / f64::from(days) * self.mean_of_month()
    }

    fn mean_of_month(&self) -> f64 {
        // In the years' mean the 29th, 30th and 31st come in 11.25, 11 and 7 months.
        let months = |day: usize| [12.0, 11.25, 11.0, 7.0][day.saturating_sub(27)];
        (0..31).map(|day| self.of_month[day] * months(day)).sum::<f64>() / 365.25
    }

    #[inline]
    fn row(&self, kind: DayKind, weekday: usize) -> &[f64; 25] {
        &self.cumulative[kind as usize * 7 + weekday]
    }

    /// Returns the expected mass of a local day: 1 in the mean of a year.
    pub fn mass(&self, calendar: &Calendar, day: LocalDay) -> f64 {
        Day::of(self, calendar, day).mass()
    }

    /// Returns the next arrival after `now` of a process with `per_day` arrivals on an average day.
    ///
    /// The process runs in local time shifted by `shift_minutes` (a late riser's day begins later), so that an hour
    /// skipped by daylight saving moves its arrivals forward and a repeated hour counts once. A process
    /// with the rate 0 has no arrivals.
    pub fn next_arrival(
        &self,
        calendar: &Calendar,
        now: VirtualTime,
        shift_minutes: i16,
        per_day: f64,
        rng: &mut RngStream,
    ) -> VirtualTime {
        self.arrival_before(VirtualTime::NEVER, calendar, now, shift_minutes, per_day, rng)
    }

    /// Returns the same arrival if it is before `limit`. In the place of a later one it may return `limit`, which spares
    /// the search for it.
    pub(crate) fn arrival_before(
        &self,
        limit: VirtualTime,
        calendar: &Calendar,
        now: VirtualTime,
        shift_minutes: i16,
        per_day: f64,
        rng: &mut RngStream,
    ) -> VirtualTime {
        if per_day <= 0.0 {
            return VirtualTime::NEVER;
        }
        let shift = shift_minutes as i64 * 60_000_000;
        let since_epoch = calendar.wall_micros(now) - shift;
        let first = LocalDay(since_epoch.div_euclid(DAY_MICROS) as i32);
        let of_day = since_epoch.rem_euclid(DAY_MICROS) as f64 / HOUR_MICROS;
        let mut day = Day::of(self, calendar, first);
        let mut left = sample::exponential(rng) / per_day.max(1.0 / 4_000.0) + day.mass_until(of_day);
        if left >= day.mass() && (0..SPAN_DAYS as i32).contains(&first.0) {
            let before = self.before[calendar.table()].get_or_init(|| self.add_up(calendar));
            let target = before[first.0 as usize] + left;
            if is_after(before, target, limit, shift_minutes) {
                return limit;
            }
            let reached = day_of(before, target, first.0 as usize + left as usize);
            (day, left) = (Day::of(self, calendar, LocalDay(reached as i32)), target - before[reached]);
        }
        // Sixty years bound the search; rarer processes have no arrivals.
        for _ in 0..22_000 {
            let mass = day.mass();
            if left < mass {
                let micros = (day.hour_at(left) * HOUR_MICROS) as i64 + shift;
                return calendar.utc(day.day, micros).max(now.next());
            }
            left -= mass;
            day = day.next(self, calendar);
        }
        VirtualTime::NEVER
    }

    fn add_up(&self, calendar: &Calendar) -> Box<[f64]> {
        let mut day = Day::of(self, calendar, LocalDay(0));
        let mut sum = 0.0;
        let mut before = Vec::with_capacity(SPAN_DAYS + 1);
        for _ in 0..SPAN_DAYS {
            before.push(sum);
            sum += day.mass();
            day = day.next(self, calendar);
        }
        before.push(sum);
        before.into_boxed_slice()
    }

    /// Returns the hour of a day that is shifted by `shift_minutes`, and the kind of that day.
    pub fn own_hour(calendar: &Calendar, now: VirtualTime, shift_minutes: i16) -> OwnHour {
        let micros = calendar.wall_micros(now) - shift_minutes as i64 * 60_000_000;
        let day = LocalDay(micros.div_euclid(DAY_MICROS) as i32);
        OwnHour {
            kind: calendar.kind(day),
            weekday: day.weekday() as usize,
            hour: (micros.rem_euclid(DAY_MICROS) / 3_600_000_000) as usize,
        }
    }
}

/// Returns the last day whose mass `before` it is at most `target`, which must be a day of the span: found from `guess` on,
/// because the mean day has mass 1.
#[inline]
fn day_of(before: &[f64], target: f64, guess: usize) -> usize {
    let mut day = guess.min(SPAN_DAYS);
    while before[day] > target {
        day -= 1;
    }
    while before.get(day + 1).is_some_and(|mass| *mass <= target) {
        day += 1;
    }
    day
}

/// Returns whether the arrival at the mass `target` of the span is certainly after `limit`: not in the days up to that of
/// `limit` and those by which a local or a shifted day may differ from it.
#[inline]
fn is_after(before: &[f64], target: f64, limit: VirtualTime, shift_minutes: i16) -> bool {
    let days = 4 + usize::from(shift_minutes.unsigned_abs() / 1_440);
    let Ok(limit) = usize::try_from(limit.utc_day()) else { return false };
    before.get(limit + days).is_some_and(|mass| *mass <= target && target < before[SPAN_DAYS])
}

/// An hour of a shifted day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnHour {
    /// The kind of the day.
    pub kind: DayKind,
    /// 0 is Monday, 6 Sunday.
    pub weekday: usize,
    /// 0 to 23.
    pub hour: usize,
}

/// The position of a search.
#[derive(Clone, Copy)]
struct Day<'a> {
    day: LocalDay,
    row: &'a [f64; 25],
    weekday: usize,
    /// The day of the month, from 0.
    of_month: usize,
    /// The month's factor, the scale included, and with the day's.
    month: f64,
    factor: f64,
}

impl<'a> Day<'a> {
    fn of(rhythm: &'a Rhythm, calendar: &Calendar, day: LocalDay) -> Self {
        let (_, month, date) = day.year_month_day();
        let of_month = date as usize - 1;
        let month = rhythm.months[month as usize - 1] * rhythm.scales[calendar.table()];
        let weekday = day.weekday() as usize;
        Day {
            day,
            row: rhythm.row(calendar.kind(day), weekday),
            weekday,
            of_month,
            month,
            factor: month * rhythm.of_month[of_month],
        }
    }

    #[inline]
    fn next(self, rhythm: &'a Rhythm, calendar: &Calendar) -> Self {
        let (day, of_month) = (self.day.next(), self.of_month + 1);
        if of_month >= LEAST_MONTH_DAYS {
            return Day::of(rhythm, calendar, day);
        }
        let weekday = if self.weekday == 6 { 0 } else { self.weekday + 1 };
        let row = rhythm.row(calendar.kind(day), weekday);
        Day { day, row, weekday, of_month, factor: self.month * rhythm.of_month[of_month], ..self }
    }

    #[inline]
    fn mass(&self) -> f64 {
        self.row[24] * self.factor
    }

    fn mass_until(&self, hour: f64) -> f64 {
        let h = (hour as usize).min(23);
        (self.row[h] + (self.row[h + 1] - self.row[h]) * (hour - h as f64)) * self.factor
    }

    fn hour_at(&self, mass: f64) -> f64 {
        let wanted = mass / self.factor;
        let h = self.row.partition_point(|c| *c <= wanted).clamp(1, 24) - 1;
        let width = self.row[h + 1] - self.row[h];
        let inside = if width > 0.0 { (wanted - self.row[h]) / width } else { 0.0 };
        h as f64 + inside.clamp(0.0, 0.999_999_999)
    }
}

/// Returns the instant at `micros` after the local midnight of `day`, which may be outside that day.
pub fn utc_of(calendar: &Calendar, day: LocalDay, micros: i64) -> VirtualTime {
    let days = micros.div_euclid(DAY_MICROS) as i32;
    calendar.utc(LocalDay(day.0 + days), micros.rem_euclid(DAY_MICROS))
}

/// Returns a week with one shape for Monday to Friday and one for the weekend, and a factor for each day.
pub fn week(workday: [f64; 24], weekend: [f64; 24], factors: [f64; 7]) -> Week {
    std::array::from_fn(|d| {
        let base = if d < 5 { workday } else { weekend };
        base.map(|mass| mass * factors[d])
    })
}

/// Returns the week of a kind of day with `factor` times the usual activity; on days of rest, every day has the shape of
/// a Sunday with its own mass.
pub fn week_on(kind: DayKind, usual: &Week, factor: f64) -> Week {
    std::array::from_fn(|d| usual[if kind.rests() { 6 } else { d }].map(|mass| mass * factor))
}

/// Returns a day with the same mass whose hours are weighted by `weight`.
pub fn reshaped(day: &[f64; 24], weight: impl Fn(f64) -> f64) -> [f64; 24] {
    let weighted: [f64; 24] = std::array::from_fn(|h| day[h] * weight(h as f64 + 0.5));
    let (mass, shaped): (f64, f64) = (day.iter().sum(), weighted.iter().sum());
    weighted.map(|w| if shaped > 0.0 { w * mass / shaped } else { 0.0 })
}

/// No difference between the months.
pub const EVEN_MONTHS: [f64; 12] = [1.0; 12];

/// No difference between the days of a month.
pub const EVEN_DAYS: [f64; 31] = [1.0; 31];

/// Returns the factors of the days of a month: more is spent around payday than in the third week (SaleCycle 2020: the
/// busiest date is the 29th, the quietest the 21st).
pub fn paydays() -> [f64; 31] {
    const SWING: f64 = 0.06;
    std::array::from_fn(|day| {
        let after = (day as f64 + 1.0 - 29.0).rem_euclid(30.44);
        // Falls for three weeks from the 29th on, and rises in nine days again.
        let at = if after < 22.4 { after / 22.4 } else { (30.44 - after) / (30.44 - 22.4) };
        1.0 + SWING * libm::cos(std::f64::consts::PI * at)
    })
}

#[cfg(test)]
mod tests;
