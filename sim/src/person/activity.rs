//! What moves slowly in a life: how much a person does in each domain and how freely they spend, month by month, with
//! spells in which they hardly do anything. Computed from who they are and the month; knows no single acts.

use super::profile::Domain;
use super::{EntityMoment, Person};
use crate::base::EntityId;
use crate::engine::{Draws, Purpose, VirtualTime, WorldKey, sample};
use crate::region::Calendar;
use crate::rhythm::Rhythm;

/// Days of the months that activity is counted in.
pub(super) const MONTH_DAYS: i32 = 30;
const MONTH_MICROS: i64 = MONTH_DAYS as i64 * 86_400_000_000;

/// What is left of a month's deviation in the next one.
const MEMORY: f64 = 0.75;
/// Months back that still count: what is left after them is 3 %.
const MONTHS_BACK: i32 = 12;
/// Standard deviation of the logarithm of a month's activity around a person's own mean. With the memory it leaves about
/// 0.27 in the mean of half a year: households' half-years correlate by 0.78 (Complete Journey).
const DEVIATION: f64 = 0.40;
/// The part of it that all domains share: a full life is full everywhere.
const SHARED: f64 = 0.6;
/// Standard deviation of the logarithm of how freely one spends.
const LEVEL_DEVIATION: f64 = 0.14;

/// Probability that a spell without activity begins in a month, by domain: about one in twelve people a year.
const SPELL: f64 = 0.007;
/// Probability of a further month of a spell, and the most further ones.
const SPELL_GOES_ON: (f64, u32) = (0.75, 9);
/// What is left of the activity in a spell.
const SPELL_REST: f64 = 0.02;
/// Share of months in spells: 0.007 times the mean length of 3.8 months.
const SPELL_SHARE: f64 = 0.026;

/// A person's month: factors with mean 1 over people and time. A memo: it says nothing that who they are does not.
#[derive(Clone, Copy, Debug)]
pub struct Season {
    /// Months of thirty days since January 1970.
    month: i32,
    factors: [f32; 3],
    level: f32,
}

impl Default for Season {
    fn default() -> Self {
        Season { month: i32::MIN, factors: [1.0; 3], level: 0.0 }
    }
}

impl PartialEq for Season {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Season {
    /// The month of `at` in the life of `entity`.
    fn of(key: WorldKey, entity: EntityId, month: i32) -> Self {
        let (mut weight, mut sums, mut resting) = (1.0, [0.0; 5], [false; 3]);
        for back in 0..MONTHS_BACK {
            let draws = &mut key.draws(entity.code(), Purpose::Season, (month - back) as u64);
            sums.iter_mut().for_each(|sum| *sum += weight * sample::normal_fast(draws));
            resting.iter_mut().for_each(|rests| *rests |= rests_after(back, draws));
            weight *= MEMORY;
        }
        let scale = f64::sqrt((1.0 - MEMORY * MEMORY) / (1.0 - weight * weight));
        let [shared, level, own @ ..] = sums.map(|sum| sum * scale);
        let factor = |domain: usize| {
            let moved = SHARED * shared + f64::sqrt(1.0 - SHARED * SHARED) * own[domain];
            let awake = if resting[domain] { SPELL_REST } else { 1.0 } / (1.0 - SPELL_SHARE * (1.0 - SPELL_REST));
            (awake * libm::exp(DEVIATION * moved - 0.5 * DEVIATION * DEVIATION)) as f32
        };
        Season { month, factors: [factor(0), factor(1), factor(2)], level: (LEVEL_DEVIATION * level) as f32 }
    }

    fn factor(&self, domain: Domain) -> f64 {
        f64::from(self.factors[domain as usize])
    }

    /// Logarithm of how much more than usual they spend a purchase.
    pub fn level(&self) -> f64 {
        f64::from(self.level)
    }

    fn end(&self) -> VirtualTime {
        VirtualTime::from_micros((i64::from(self.month) + 1) * MONTH_MICROS)
    }
}

/// Whether a spell that began so many months ago, as these draws say, still lasts. Takes two draws.
fn rests_after(months: i32, draws: &mut Draws) -> bool {
    let (begins, at) = (draws.unit(), draws.unit_open());
    let (again, most) = SPELL_GOES_ON;
    begins < SPELL && months as u32 <= most && at <= libm::pow(again, f64::from(months))
}

/// The month of thirty days that holds `at`.
pub(super) fn month_of(at: VirtualTime) -> i32 {
    at.micros().div_euclid(MONTH_MICROS) as i32
}

/// What somebody does again and again.
pub(crate) struct Routine<'a> {
    /// Its curve over the week.
    pub rhythm: &'a Rhythm,
    /// Whose factor it follows.
    pub domain: Domain,
    /// Minutes by which the person's day runs late in it.
    pub shift_minutes: i16,
    /// Arrivals on an average day of this person in a usual month.
    pub per_day: f64,
}

/// Months ahead that are searched one by one; what is rarer is placed by the last one's factor.
const MONTHS_AHEAD: usize = 12;

impl Person {
    /// The person's month at `at`.
    #[inline]
    pub(crate) fn season(&mut self, moment: EntityMoment, at: VirtualTime) -> Season {
        let month = month_of(at);
        if month == self.season.month {
            return self.season;
        }
        let season = Season::of(moment.key, moment.entity, month);
        if month == month_of(moment.now) {
            self.season = season;
        }
        season
    }

    /// When `routine` has its next act after `from`, at this person's own and changing rate.
    pub(crate) fn next_act(
        &mut self,
        moment: EntityMoment,
        calendar: &Calendar,
        routine: &Routine<'_>,
        from: VirtualTime,
        draws: &mut Draws,
    ) -> VirtualTime {
        let (mut at, mut next) = (from, VirtualTime::NEVER);
        if routine.per_day <= 0.0 {
            return next;
        }
        // Arrivals have no memory: one that falls behind the month's end is drawn again from there.
        for _ in 0..MONTHS_AHEAD {
            let season = self.season(moment, at);
            let per_day = routine.per_day * season.factor(routine.domain);
            next = routine.rhythm.next_arrival(calendar, at, routine.shift_minutes, per_day, draws);
            if next < season.end() || next == VirtualTime::NEVER {
                break;
            }
            at = season.end();
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::PersonId;

    fn seasons(person: u32, months: i32) -> Vec<Season> {
        let entity = EntityId::person(PersonId(person));
        (600..600 + months).map(|month| Season::of(WorldKey::new(2), entity, month)).collect()
    }

    fn correlation(pairs: &[(f64, f64)]) -> f64 {
        let n = pairs.len() as f64;
        let (ma, mb) = (pairs.iter().map(|p| p.0).sum::<f64>() / n, pairs.iter().map(|p| p.1).sum::<f64>() / n);
        let product = |p: &(f64, f64)| (p.0 - ma) * (p.1 - mb);
        let square = |x: f64, m: f64| (x - m) * (x - m);
        let (va, vb): (f64, f64) = pairs.iter().fold((0.0, 0.0), |v, p| (v.0 + square(p.0, ma), v.1 + square(p.1, mb)));
        pairs.iter().map(product).sum::<f64>() / f64::sqrt(va * vb)
    }

    #[test]
    fn activity_averages_one_and_remembers_the_month_before() {
        let all: Vec<Vec<Season>> = (0..400).map(|p| seasons(p, 40)).collect();
        for domain in [Domain::Bank, Domain::Rides, Domain::Shop] {
            let mean = all.iter().flatten().map(|s| s.factor(domain)).sum::<f64>() / 16_000.0;
            assert!((0.97..1.03).contains(&mean), "{domain:?}: {mean}");
        }
        let awake = |s: &Season| s.factor(Domain::Bank) > 0.1;
        let logs = |a: &Season, b: &Season| (libm::log(a.factor(Domain::Bank)), libm::log(b.factor(Domain::Bank)));
        let pairs: Vec<(f64, f64)> = all
            .iter()
            .flat_map(|life| life.windows(2))
            .filter(|w| awake(&w[0]) && awake(&w[1]))
            .map(|w| logs(&w[0], &w[1]))
            .collect();
        let memory = correlation(&pairs);
        assert!((0.70..0.80).contains(&memory), "{memory}");
        let shared: Vec<(f64, f64)> =
            all.iter().flatten().map(|s| (s.factors[0] as f64, s.factors[2] as f64)).collect();
        assert!((0.2..0.5).contains(&correlation(&shared)), "{}", correlation(&shared));
    }

    #[test]
    fn spells_of_rest_begin_for_one_in_twelve_a_year_and_last_months() {
        let rests = |s: &Season| s.factor(Domain::Shop) < 0.1;
        let (mut begun, mut months) = (0, 0);
        for person in 0..2_000 {
            let life = seasons(person, 13);
            begun += life.windows(2).filter(|w| !rests(&w[0]) && rests(&w[1])).count();
            months += life[1..].iter().filter(|s| rests(s)).count();
        }
        assert!((120..210).contains(&begun), "{begun} spells of 2,000 people in a year");
        assert!((2.5..5.0).contains(&(months as f64 / begun as f64)), "{months} months of rest in {begun} spells");
    }
}
