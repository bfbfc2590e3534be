//! The weather at an instant: hourly states and temperatures of a local month, drawn as one block that depends on
//! (seed, region, month) alone.
//! Must not depend on: traffic.

use super::city::Region;
use super::climate::{MonthChain, Sky};
use super::local_time::LocalDay;
use crate::base::WeatherKind;
use crate::drift::Rule;
use crate::engine::{Purpose, VirtualTime, sample};
use std::borrow::Cow;

/// The weather of a region at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weather {
    /// The kind; it changes on the local hour.
    pub kind: WeatherKind,
    /// Temperature in tenths of a degree Celsius.
    pub temperature_tenths: i16,
}

/// A cache of the last month; it changes no result. It belongs to one world and is not saved.
#[derive(Clone, Debug, Default)]
pub struct WeatherMemo {
    region: u16,
    first_hour: i64,
    kinds: Vec<WeatherKind>,
    /// The temperatures at each hour and at the end, in tenths of a degree, for interpolation.
    temperatures: Vec<f32>,
}

/// The bit that separates the acts of days from those of hours.
const DAY_ACT: u64 = 1 << 48;

/// The correlation of a daily temperature anomaly from one day to the next.
const ANOMALY_MEMORY: f64 = 0.7;

/// The days over which an anomaly is summed; earlier days weigh under 0.1 %.
const ANOMALY_DAYS: usize = 20;

/// The temperature from which on heavy rain may be a thunderstorm.
const STORM_CELSIUS: f64 = 16.0;

impl Region {
    /// Returns the weather at `t`.
    #[inline]
    pub fn weather(&self, memo: &mut WeatherMemo, t: VirtualTime) -> Weather {
        let local = self.calendar.local(t);
        let hour = local.day.0 as i64 * 24 + local.hour() as i64;
        let at = hour.wrapping_sub(memo.first_hour) as usize;
        if at >= memo.kinds.len() || memo.region != self.id.0 {
            *memo = self.month_of(local.day);
            return self.weather(memo, t);
        }
        let share = (local.hours() - local.hour() as f64) as f32;
        let (this, next) = (memo.temperatures[at], memo.temperatures[at + 1]);
        let warmer = (10.0 * self.rule(Rule::Warmer, self.weather.warmer_by, t)) as f32;
        let tenths = libm::roundf(this + (next - this) * share + warmer);
        Weather { kind: memo.kinds[at], temperature_tenths: tenths as i16 }
    }

    /// Returns the block of the local month that holds `day`.
    fn month_of(&self, day: LocalDay) -> WeatherMemo {
        let first = day.first_of_month();
        let month = (first.year_month_day().1 - 1) as usize;
        let hours = day.days_in_month() as usize * 24;
        let skies = self.skies(first, month, hours);
        let temperatures = self.temperatures(first, month, &skies);
        let warm = self.warmed(first, &temperatures);
        let kinds = (0..hours).map(|h| self.kind(first, month, h, skies[h], &warm)).collect();
        let temperatures = temperatures.into_iter().map(|celsius| (celsius * 10.0) as f32).collect();
        WeatherMemo { region: self.id.0, first_hour: first.0 as i64 * 24, kinds, temperatures }
    }

    fn skies(&self, first: LocalDay, month: usize, hours: usize) -> Vec<Sky> {
        let (usual, changed) = (self.climate.chain(month), self.changed_chains(first, month, hours / 24));
        let mut skies: Vec<Sky> = Vec::with_capacity(hours);
        for hour in 0..hours {
            let act = (first.0 as i64 * 24 + hour as i64) as u64;
            let mut rng = self.key.rng(self.id.0 as u64, Purpose::Weather, act);
            let (which, strength) = (rng.unit(), rng.unit());
            let chain = changed.get(hour / 24).unwrap_or(usual);
            skies.push(match skies.last() {
                None => chain.first(which, strength),
                Some(sky) => chain.next(*sky, which, strength),
            });
        }
        skies
    }

    /// Returns the chain of each day of a month if the odds of rain drift; otherwise none.
    fn changed_chains(&self, first: LocalDay, month: usize, days: usize) -> Vec<MonthChain> {
        if !self.drifts.touch(&[Rule::BadWeather]) {
            return Vec::new();
        }
        let scale = |day: usize| self.rule_on(Rule::BadWeather, self.weather.bad_scale, LocalDay(first.0 + day as i32));
        let mut chains: Vec<MonthChain> = Vec::with_capacity(days);
        for day in 0..days {
            let same = chains.last().filter(|_| scale(day) == scale(day - 1)).cloned();
            chains.push(same.unwrap_or_else(|| self.climate.chain_at(month, scale(day))));
        }
        chains
    }

    /// Returns the temperatures of a month with the warming of each day, which decide on snow and fog.
    fn warmed<'a>(&self, first: LocalDay, temperatures: &'a [f64]) -> Cow<'a, [f64]> {
        if self.weather.warmer_by == 0.0 && !self.drifts.touch(&[Rule::Warmer]) {
            return Cow::Borrowed(temperatures);
        }
        let warmer = |hour: usize| {
            let day = LocalDay(first.0 + (hour / 24) as i32);
            self.rule_on(Rule::Warmer, self.weather.warmer_by, day)
        };
        temperatures.iter().enumerate().map(|(hour, celsius)| celsius + warmer(hour)).collect()
    }

    /// Returns the temperatures in °C at each full hour of the month, and at the one after it.
    fn temperatures(&self, first: LocalDay, month: usize, skies: &[Sky]) -> Vec<f64> {
        let days = skies.len() / 24;
        let means = self.daily_means(first, days);
        let at = |hour: usize| {
            let sky = skies[hour.min(skies.len() - 1)];
            let damping = match sky {
                Sky::Clear => 1.1,
                Sky::Clouds => 0.95,
                Sky::Rain | Sky::HeavyRain => 0.6,
            };
            // Daily means stand at noon; means[0] is the day before the month.
            let from_noon = hour as f64 / 24.0 + 0.5;
            let (day, share) = (from_noon as usize, from_noon - libm::floor(from_noon));
            let mean = means[day] + (means[day + 1] - means[day]) * share;
            mean + damping * self.climate.diurnal(month, (hour % 24) as f64)
        };
        (0..=skies.len()).map(at).collect()
    }

    /// Returns the mean temperatures of the day before the month, its `days` days and the day after it, in °C.
    fn daily_means(&self, first: LocalDay, days: usize) -> Vec<f64> {
        let sd = self.climate.table.anomaly * f64::sqrt(1.0 - ANOMALY_MEMORY * ANOMALY_MEMORY);
        let innovation =
            |day: i32| sd * sample::normal(&mut self.key.rng(self.id.0 as u64, Purpose::Temperature, day as u64));
        let earliest = first.0 - 1 - ANOMALY_DAYS as i32;
        let innovations: Vec<f64> = (0..(ANOMALY_DAYS + days + 2) as i32).map(|i| innovation(earliest + i)).collect();
        let anomaly =
            |d: usize| innovations[d..=d + ANOMALY_DAYS].iter().fold(0.0, |sum, value| sum * ANOMALY_MEMORY + value);
        let season = |d: usize| {
            let day = LocalDay(first.0 - 1 + d as i32);
            self.climate.season((day.day_of_year() as f64 - 0.5) / 365.25)
        };
        (0..days + 2).map(|d| season(d) + anomaly(d)).collect()
    }

    fn kind(&self, first: LocalDay, month: usize, hour: usize, sky: Sky, temperatures: &[f64]) -> WeatherKind {
        let (table, celsius) = (self.climate.table, temperatures[hour]);
        let day = LocalDay(first.0 + (hour / 24) as i32);
        let mut rng = self.key.rng(self.id.0 as u64, Purpose::Weather, DAY_ACT | day.0 as u32 as u64);
        let (fog, snow, storm) = (rng.unit(), rng.unit(), rng.unit());
        let morning = (4..=8).contains(&(hour % 24));
        // The day's least temperature, at about 5 o'clock.
        let cool = temperatures[hour / 24 * 24 + 5] < table.fog_below.min(self.climate.mean_temperature(month));
        match sky {
            Sky::Rain | Sky::HeavyRain if celsius <= 1.0 && snow < table.snow_share => WeatherKind::Snow,
            Sky::HeavyRain if celsius >= STORM_CELSIUS && storm < table.storm_share => WeatherKind::Thunderstorm,
            Sky::HeavyRain => WeatherKind::HeavyRain,
            Sky::Rain => WeatherKind::Rain,
            Sky::Clear | Sky::Clouds if morning && cool && fog < table.fog_share => WeatherKind::Fog,
            Sky::Clouds => WeatherKind::Clouds,
            Sky::Clear => WeatherKind::Clear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::preset::PRESET_TABLE;
    use crate::region::tests::region;

    const HOUR: i64 = 3_600_000_000;

    /// Temperatures in °C and kinds at each half hour past the hour of one month (1 to 12) over 30 years.
    fn month_over_years(region: &Region, month: u32) -> Vec<(f64, WeatherKind, u8)> {
        let mut memo = WeatherMemo::default();
        let mut found = Vec::new();
        for year in 2000..2030 {
            let first = LocalDay::of(year, month, 1).unwrap();
            for hour in 0..first.days_in_month() as i64 * 24 {
                let t = region.calendar.utc(LocalDay(first.0 + (hour / 24) as i32), (hour % 24) * HOUR + HOUR / 2);
                let weather = region.weather(&mut memo, t);
                found.push((weather.temperature_tenths as f64 / 10.0, weather.kind, (hour % 24) as u8));
            }
        }
        found
    }

    fn share(hours: &[(f64, WeatherKind, u8)], of: impl Fn(WeatherKind) -> bool) -> f64 {
        hours.iter().filter(|h| of(h.1)).count() as f64 / hours.len() as f64
    }

    /// Returns the share of days with a wet hour.
    fn wet_days(hours: &[(f64, WeatherKind, u8)]) -> f64 {
        let days = hours.chunks(24);
        days.clone().filter(|day| day.iter().any(|hour| hour.1.is_wet())).count() as f64 / days.len() as f64
    }

    #[test]
    fn monthly_temperatures_and_wet_days_are_those_of_the_climate() {
        for preset in PRESET_TABLE {
            let region = region(preset.name);
            for month in 1..=12 {
                let hours = month_over_years(&region, month);
                let at = month as usize - 1;
                let mean = hours.iter().map(|h| h.0).sum::<f64>() / hours.len() as f64;
                let expected = preset.climate.means[at];
                assert!((mean - expected).abs() < 1.5, "{} {month}: {mean:.2} °C, not {expected}", preset.name);
                let first = LocalDay::of(2001, month, 1).unwrap();
                let expected = preset.climate.rain_days[at] / first.days_in_month() as f64;
                // Three standard errors of 30 years of days, for the months with hardly any.
                let chance = 3.0 * f64::sqrt(expected * (1.0 - expected).max(0.0) / (hours.len() as f64 / 24.0) * 1.5);
                let wet = wet_days(&hours);
                let off = (wet - expected).abs();
                assert!(off < f64::max(0.2 * expected, chance), "{} {month}: {wet:.3}, not {expected:.3}", preset.name);
                let (wet, expected) = (share(&hours, WeatherKind::is_wet), region.climate.wet_share(at));
                assert!(
                    (wet - expected).abs() < 0.01 + 0.15 * expected,
                    "{} {month}: {wet:.4}, not {expected:.4}",
                    preset.name
                );
            }
        }
    }

    #[test]
    fn a_years_wet_days_are_within_a_tenth_of_the_table() {
        for preset in PRESET_TABLE {
            let region = region(preset.name);
            let days: f64 = (1..=12)
                .map(|month| {
                    wet_days(&month_over_years(&region, month))
                        * LocalDay::of(2001, month, 1).unwrap().days_in_month() as f64
                })
                .sum();
            let expected: f64 = preset.climate.rain_days.iter().sum();
            assert!((days / expected - 1.0).abs() < 0.10, "{}: {days:.1}, not {expected:.1}", preset.name);
        }
    }

    #[test]
    fn houston_days_are_coldest_before_dawn_and_ten_degrees_warmer_in_the_afternoon() {
        let hours = month_over_years(&region("houston"), 1);
        let mean_at = |hour: u8| {
            let at: Vec<f64> = hours.iter().filter(|h| h.2 == hour).map(|h| h.0).collect();
            at.iter().sum::<f64>() / at.len() as f64
        };
        let means: Vec<f64> = (0..24).map(mean_at).collect();
        let extreme = |a: &usize, b: &usize| means[*a].total_cmp(&means[*b]);
        let (coldest, warmest) = ((0..24).min_by(extreme).unwrap(), (0..24).max_by(extreme).unwrap());
        assert!((4..=6).contains(&coldest) && (14..=15).contains(&warmest), "{coldest} {warmest}");
        let amplitude = means[warmest] - means[coldest];
        assert!((9.0..11.8).contains(&amplitude), "{amplitude}");
    }

    #[test]
    fn snow_falls_in_new_york_and_all_but_never_in_houston() {
        let of = |name, kind| share(&month_over_years(&region(name), 1), |k| k == kind);
        assert!((0.01..0.10).contains(&of("new-york", WeatherKind::Snow)));
        assert!(of("houston", WeatherKind::Snow) < 0.0005);
        assert_eq!(of("mumbai", WeatherKind::Snow), 0.0);
    }

    #[test]
    fn storms_are_warm_and_fog_is_of_the_morning() {
        let houston = region("houston");
        let summer = month_over_years(&houston, 7);
        assert!(share(&summer, |k| k == WeatherKind::Thunderstorm) > 0.003);
        assert!(summer.iter().all(|h| h.1 != WeatherKind::Thunderstorm || h.0 > STORM_CELSIUS - 2.0));
        let winter = month_over_years(&houston, 1);
        let foggy: Vec<u8> = winter.iter().filter(|h| h.1 == WeatherKind::Fog).map(|h| h.2).collect();
        assert!(foggy.len() > 100 && foggy.iter().all(|h| (4..=8).contains(h)), "{}", foggy.len());
    }

    #[test]
    fn wet_spells_last_some_hours() {
        let hours = month_over_years(&region("london"), 11);
        let wet = hours.iter().filter(|h| h.1.is_wet()).count() as f64;
        let begins = hours.windows(2).filter(|w| !w[0].1.is_wet() && w[1].1.is_wet()).count() as f64;
        assert!((2.0..5.0).contains(&(wet / begins)), "{}", wet / begins);
    }

    #[test]
    fn earlier_queries_change_no_result() {
        let region = region("tokyo");
        let mut memo = WeatherMemo::default();
        for step in [0_i64, 40_000, 3, 9_000_000, 2, 39_999] {
            let t = VirtualTime::from_seconds(1_767_225_600 + step * 997);
            assert_eq!(region.weather(&mut memo, t), region.weather(&mut WeatherMemo::default(), t));
        }
    }
}
