//! Check 8, hours: the times of day when people act, in local time; an error of the clock shows here.

use crate::check::{Band, Check, Spec, Unit};
use crate::clock::Wall;
use crate::data::{Channel, Data};
use crate::statistics::{bootstrap, bootstrap_hours};

/// The number of acts of each entity in each hour.
type Hours = Vec<[u32; 24]>;

const RATIO: Spec = Spec {
    number: 8,
    name: "rhythm",
    measure: "",
    band: Band::above(15.0),
    least: 2_000,
    unit: Unit::Number,
    source: "",
};

/// The measures and bands for one kind of act.
struct Asked {
    measures: [&'static str; 3],
    ratio: Band,
    peak: Band,
    source: &'static str,
}

const POS: Asked = Asked {
    measures: ["pos: busiest / quietest hour", "pos: busiest hour", "pos: quietest hour"],
    ratio: Band::above(15.0),
    peak: Band::between(11.0, 19.0),
    source: "Complete Journey 65",
};

const ONLINE: Asked = Asked {
    measures: ["online: busiest / quietest hour", "online: busiest hour", "online: quietest hour"],
    ratio: Band::between(4.0, 12.0),
    peak: Band::between(11.0, 22.0),
    source: "oberlo 6.9",
};

const SHOP: Asked = Asked {
    measures: ["shop events: busiest / quietest hour", "shop events: busiest hour", "shop events: quietest hour"],
    ..ONLINE
};

/// The band of the quietest hour.
const NIGHT: Band = Band::between(1.0, 6.0);

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let bought = |channel| {
        let chosen = data.genuine_purchases().filter(move |p| p.channel == channel);
        hours(data.users, chosen.map(|p| (p.user, p.wall)))
    };
    let clicked = hours(data.customers, data.human_clicks().map(|click| (click.customer, click.wall)));
    let asked = [(POS, bought(Channel::Pos)), (ONLINE, bought(Channel::Online)), (SHOP, clicked)];
    asked.iter().flat_map(|(asked, hours)| judged(asked, hours)).collect()
}

fn hours(entities: usize, acts: impl Iterator<Item = (u32, Wall)>) -> Hours {
    let mut hours = vec![[0; 24]; entities];
    acts.for_each(|(entity, wall)| hours[entity as usize][wall.hour()] += 1);
    hours
}

fn judged(asked: &Asked, hours: &Hours) -> [Check; 3] {
    let observations = hours.iter().flatten().map(|n| u64::from(*n)).sum();
    let [ratio] = bootstrap(hours.len(), 8, [observations], |weights| {
        let all = together(hours, weights);
        // An hour without acts counts as if it had one.
        [extremes(&all).map_or(f64::NAN, |[peak, trough]| all[peak] as f64 / all[trough].max(1) as f64)]
    });
    let ends = |weights: &[u32]| extremes(&together(hours, weights)).map_or([None; 2], |ends| ends.map(Some));
    let [peak, trough] = bootstrap_hours(hours.len(), 8, [observations; 2], ends);
    let spec = |n: usize, band, unit| Spec { measure: asked.measures[n], source: asked.source, band, unit, ..RATIO };
    [
        spec(0, asked.ratio, Unit::Number).judge(ratio),
        spec(1, asked.peak, Unit::Hour).judge(peak),
        spec(2, NIGHT, Unit::Hour).judge(trough),
    ]
}

/// Returns the number of acts in each hour.
fn together(hours: &Hours, weights: &[u32]) -> [u64; 24] {
    let mut all = [0; 24];
    for (own, weight) in hours.iter().zip(weights) {
        all.iter_mut().zip(own).for_each(|(all, own)| *all += u64::from(own * weight));
    }
    all
}

/// Returns the busiest and the quietest hour; `None` without acts.
fn extremes(all: &[u64; 24]) -> Option<[usize; 2]> {
    let peak = (0..24).max_by_key(|hour| all[*hour])?;
    let trough = (0..24).min_by_key(|hour| all[*hour])?;
    (all[peak] > 0).then_some([peak, trough])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::controls::{data_of, payment};

    /// Returns data of 100 users who buy in the store `count` times in each hour.
    fn town(count: impl Fn(i64) -> u32) -> Data {
        let mut rows = Vec::new();
        for hour in 0..24 {
            for n in 0..count(hour) * 100 {
                rows.push(payment(n % 100, Wall(hour * 3_600 + i64::from(n % 3_000))));
            }
        }
        data_of(rows)
    }

    #[test]
    fn peak_and_trough_are_found() {
        let checks = checks(&town(|hour| match hour {
            17 => 40,
            4 => 1,
            _ => 5,
        }));
        let values: Vec<f64> = checks[..3].iter().map(|check| check.value).collect();
        assert_eq!(values, [40.0, 17.0, 4.0]);
        assert!(checks[..3].iter().all(|check| check.verdict == Verdict::Inside));
        assert!(checks[3..].iter().all(|check| check.verdict == Verdict::TooFew), "nothing online, no visits");
    }
}
