//! The climate of a city by month: temperatures, wet hours, and the Markov chain that generates them.
//! Must not depend on: seeds and instants; `weather` draws from a climate.

/// A city's climate as published: the figures that a preset states. Index 0 is January.
#[derive(Debug)]
pub(crate) struct ClimateTable {
    /// Mean temperature in °C.
    pub means: [f64; 12],
    /// Mean difference between a day's maximum and minimum, in °C.
    pub amplitudes: [f64; 12],
    /// Days with rain in the month.
    pub rain_days: [f64; 12],
    /// Share of dry hours with clouds in a month without rain; wet months have more.
    pub clouds: f64,
    /// Mean length of a wet spell, in hours.
    pub spell_hours: [f64; 12],
    /// Standard deviation of a day's mean around the season's, in °C.
    pub anomaly: f64,
    /// Share of wet hours with heavy rain.
    pub heavy_share: f64,
    /// Share of warm hours of heavy rain that are thunderstorms.
    pub storm_share: f64,
    /// Mornings cooler than this, in °C, may have fog.
    pub fog_below: f64,
    /// Share of such mornings that have it.
    pub fog_share: f64,
    /// Share of days whose wet hours at 1 °C and below bring snow rather than rain.
    pub snow_share: f64,
}

/// The states of the hourly chain; fog, thunderstorms and snow are made from them and the temperature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Sky {
    Clear,
    Clouds,
    Rain,
    HeavyRain,
}

/// A region's climate, ready to draw weather from.
#[derive(Clone, Debug)]
pub struct Climate {
    pub(super) table: &'static ClimateTable,
    months: [MonthChain; 12],
}

impl Climate {
    /// Returns the climate of `table` with the odds of wet hours multiplied by `bad_scale` (0: never wet).
    pub(crate) fn new(table: &'static ClimateTable, bad_scale: f64) -> Self {
        let month = |m: usize| MonthChain::new(table, m, bad_scale);
        Climate { table, months: std::array::from_fn(month) }
    }

    /// Returns the long-run share of wet hours of the month (0 is January).
    pub fn wet_share(&self, month: usize) -> f64 {
        self.months[month].wet
    }

    /// Returns the published mean temperature of the month (0 is January), in °C.
    pub fn mean_temperature(&self, month: usize) -> f64 {
        self.table.means[month]
    }

    pub(super) fn chain(&self, month: usize) -> &MonthChain {
        &self.months[month]
    }

    /// Returns the chain of a month with the odds of wet hours multiplied by another scale.
    pub(super) fn chain_at(&self, month: usize, bad_scale: f64) -> MonthChain {
        MonthChain::new(self.table, month, bad_scale)
    }

    /// Returns the season's mean temperature at a share of the year (0 is New Year), in °C: a periodic Catmull–Rom curve
    /// through the months' means at their middles.
    pub(super) fn season(&self, year_share: f64) -> f64 {
        let at = year_share * 12.0 - 0.5;
        let left = libm::floor(at);
        let x = at - left;
        let mean = |step: i64| self.table.means[(left as i64 + step).rem_euclid(12) as usize];
        let (a, b, c, d) = (mean(-1), mean(0), mean(1), mean(2));
        b + 0.5 * x * (c - a + x * (2.0 * a - 5.0 * b + 4.0 * c - d + x * (3.0 * (b - c) + d - a)))
    }

    /// Returns the difference of an hour of the local day from the day's mean, in °C, under a clear sky: the least at
    /// 5:30, the most at 15:00, a half cosine between.
    pub(super) fn diurnal(&self, month: usize, hour: f64) -> f64 {
        let since_coldest = if hour < COLDEST_HOUR { hour + 24.0 - COLDEST_HOUR } else { hour - COLDEST_HOUR };
        let rise = WARMEST_HOUR - COLDEST_HOUR;
        let phase =
            if since_coldest < rise { since_coldest / rise } else { 1.0 + (since_coldest - rise) / (24.0 - rise) };
        -0.5 * self.table.amplitudes[month] * libm::cos(std::f64::consts::PI * phase)
    }
}

const COLDEST_HOUR: f64 = 5.5;
const WARMEST_HOUR: f64 = 15.0;

/// The hourly chain of one month. Rain begins and ends under clouds, so the sky clouds over before a shower.
#[derive(Clone, Debug)]
pub(super) struct MonthChain {
    wet: f64,
    clouds: f64,
    heavy: f64,
    /// The hourly probability of a change from clear sky to clouds.
    cloud_over: f64,
    /// The hourly probability of a change from clouds to clear sky.
    clear_up: f64,
    /// The hourly probability of a change from clouds to rain.
    rain_begins: f64,
    /// The hourly probability of a change from rain to clouds.
    rain_ends: f64,
}

/// The probability per hour of a change between clear and clouds.
const SKY_CHANGE: f64 = 0.15;

/// The addition to the share of cloudy dry hours in a month with rain on every day.
const CLOUDS_OF_WET_MONTHS: f64 = 0.4;

/// The largest share of wet hours of a month, at any scale of the odds.
const MOST_WET: f64 = 0.95;

/// The probability per hour that rain changes its strength.
const STRENGTH_CHANGE: f64 = 0.5;

impl MonthChain {
    fn new(table: &ClimateTable, month: usize, bad_scale: f64) -> Self {
        const DAYS: [f64; 12] = [31.0, 28.25, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0];
        let wet_days = (table.rain_days[month] / DAYS[month]).min(0.98);
        let chain = |wet: f64| MonthChain::with_wet_share(table, month, wet_days, wet);
        let own = bisect_share(|wet| chain(wet).wet_day_probability() - wet_days);
        let odds = own / (1.0 - own) * bad_scale;
        chain(if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 })
    }

    fn with_wet_share(table: &ClimateTable, month: usize, wet_days: f64, wet: f64) -> Self {
        let wet = wet.min(MOST_WET);
        let cloudy_of_dry = table.clouds + CLOUDS_OF_WET_MONTHS * wet_days;
        let (clear, clouds) = ((1.0 - wet) * (1.0 - cloudy_of_dry), (1.0 - wet) * cloudy_of_dry);
        // In balance as many hours of rain begin as end; if clouds are too few, the spells last longer.
        let rain_ends = (1.0 / table.spell_hours[month]).min(0.8 * clouds / wet.max(1e-9));
        let clear_up = SKY_CHANGE * (1.0 - cloudy_of_dry);
        MonthChain {
            wet,
            clouds,
            heavy: table.heavy_share,
            cloud_over: clear_up * clouds / clear,
            clear_up,
            rain_begins: wet * rain_ends / clouds,
            rain_ends,
        }
    }

    /// Returns the probability that at least one of 24 hours is wet.
    fn wet_day_probability(&self) -> f64 {
        let (mut clear, mut clouds) = (1.0 - self.wet - self.clouds, self.clouds);
        for _ in 1..24 {
            let stay = clouds * (1.0 - self.clear_up - self.rain_begins);
            (clear, clouds) =
                (clear * (1.0 - self.cloud_over) + clouds * self.clear_up, clear * self.cloud_over + stay);
        }
        1.0 - clear - clouds
    }

    /// Returns a state from the chain's long-run shares, by two uniform numbers.
    pub(super) fn first(&self, which: f64, strength: f64) -> Sky {
        if which < self.wet {
            self.rain(strength)
        } else if which < self.wet + self.clouds {
            Sky::Clouds
        } else {
            Sky::Clear
        }
    }

    /// Returns the state an hour after `sky`, by two uniform numbers.
    pub(super) fn next(&self, sky: Sky, which: f64, strength: f64) -> Sky {
        match sky {
            Sky::Clear if which < self.cloud_over => Sky::Clouds,
            Sky::Clouds if which < self.clear_up => Sky::Clear,
            Sky::Clouds if which < self.clear_up + self.rain_begins => self.rain(strength),
            Sky::Rain | Sky::HeavyRain if which < self.rain_ends => Sky::Clouds,
            Sky::Rain | Sky::HeavyRain if strength < STRENGTH_CHANGE => self.rain(strength / STRENGTH_CHANGE),
            same => same,
        }
    }

    fn rain(&self, strength: f64) -> Sky {
        if strength < self.heavy { Sky::HeavyRain } else { Sky::Rain }
    }
}

/// Returns the zero of the growing function `f` in 0..MOST_WET, or the nearer end.
fn bisect_share(f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, MOST_WET);
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::preset::{PRESET_TABLE, preset};

    #[test]
    fn a_wet_day_is_as_likely_as_the_table_says() {
        for preset in PRESET_TABLE {
            let climate = Climate::new(&preset.climate, 1.0);
            for (month, days) in [31.0, 28.25, 31.0, 30.0].into_iter().enumerate() {
                let expected = preset.climate.rain_days[month] / days;
                let got = climate.chain(month).wet_day_probability();
                assert!((got - expected).abs() < 1e-6, "{} month {month}: {got} not {expected}", preset.name);
            }
        }
    }

    #[test]
    fn transitions_are_probabilities_however_the_odds_are_scaled() {
        for (preset, scale) in PRESET_TABLE.iter().flat_map(|p| [0.0, 0.3, 1.0, 8.0, 1e300].map(|s| (p, s))) {
            let climate = Climate::new(&preset.climate, scale);
            for chain in &climate.months {
                let leaving = [chain.cloud_over, chain.clear_up + chain.rain_begins, chain.rain_ends];
                assert!(leaving.iter().all(|p| (0.0..=1.0).contains(p)), "{} × {scale}: {chain:?}", preset.name);
            }
        }
    }

    #[test]
    fn odds_scale_and_zero_means_dry() {
        let table = &preset("houston").unwrap().climate;
        let odds = |scale: f64| {
            let wet = Climate::new(table, scale).wet_share(0);
            wet / (1.0 - wet)
        };
        assert!((odds(2.0) / odds(1.0) - 2.0).abs() < 1e-9);
        assert_eq!(odds(0.0), 0.0);
    }

    #[test]
    fn mumbai_has_its_rain_in_the_monsoon() {
        let climate = Climate::new(&preset("mumbai").unwrap().climate, 1.0);
        let wet = |months: std::ops::Range<usize>| months.map(|m| climate.wet_share(m)).sum::<f64>();
        let share = wet(5..9) / wet(0..12);
        assert!((0.90..0.98).contains(&share), "{share}");
    }

    #[test]
    fn the_season_passes_through_the_table_and_the_day_has_its_amplitude() {
        let climate = Climate::new(&preset("houston").unwrap().climate, 1.0);
        assert!((climate.season(6.5 / 12.0) - climate.mean_temperature(6)).abs() < 1e-9);
        let hours: Vec<f64> = (0..240).map(|h| climate.diurnal(0, h as f64 / 10.0)).collect();
        let (most, least) = hours.iter().fold((f64::MIN, f64::MAX), |(a, b), v| (v.max(a), v.min(b)));
        assert!((most - least - climate.table.amplitudes[0]).abs() < 0.05);
        assert!(hours.iter().sum::<f64>().abs() < 1.0);
    }
}
