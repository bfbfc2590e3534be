//! What the bank learns of its transactions, over months: each report names one transaction, comes when and how the
//! scenario says, and nothing else changes by it.

use crate::worlds::Life;
use populace_sim::{Event, Id, IdKind, Label, LabelChannel, LabelRules, Span, Stream, Transaction, Verdict, World};
use std::collections::BTreeMap;

const RULES: &str = "[world]\npeople = 700\nseed = 3\nstart = \"2026-01-01\"\n[shop]\nvisits_per_day = 0.0\n\
    [rides]\nrequests_per_day = 0.0\n[bank.fraud]\nrate = 0.15\n";
const WRONG: &str = "[labels]\nwrong = 0.03\n[topics.labels]\nenabled = true\n";
/// Days in which the transactions are made that are looked at, and days until all of them are told that ever will be.
const MADE: i64 = 35;
const TOLD: i64 = MADE + 181;

/// What became of one transaction.
struct Fate {
    made: Transaction,
    told: Vec<Label>,
}

impl Fate {
    fn delay(&self) -> Option<f64> {
        Some(self.told.first()?.reported_at.since(self.made.timestamp).as_seconds_f64() / 86_400.0)
    }
}

/// Lives until everything is told; the transactions of the first days, by identifier.
fn fates(world: &mut World) -> BTreeMap<Id, Fate> {
    let (start, mut fates) = (world.now(), BTreeMap::<Id, Fate>::new());
    for days in (0..=TOLD).step_by(4) {
        world.run_until(start + Span::from_days(days + 4), |event| match event {
            Event::Transaction(made) => {
                fates.insert(made.transaction_id, Fate { made, told: Vec::new() });
            }
            Event::Label(label) => {
                let fate = fates.get_mut(&label.transaction_id).expect("a report names a transaction made before it");
                fate.told.push(label);
            }
            other => panic!("{other:?}"),
        });
    }
    fates.retain(|_, fate| fate.made.timestamp < start + Span::from_days(MADE));
    fates
}

fn assert_makes_sense(fate: &Fate, rules: &LabelRules) {
    let Fate { made, told } = fate;
    let all = || format!("{made:?}: {told:?}");
    assert!(told.iter().all(|one| one.user_id == made.user_id), "{}", all());
    match (made.fraud, told.as_slice()) {
        (_, []) => {}
        (Some(mark), [one]) => assert_eq!((one.verdict, one.case), (Verdict::Fraud, mark.campaign), "{}", all()),
        (None, [wrong, back @ ..]) => {
            assert_eq!((wrong.verdict, back.len() <= 1), (Verdict::Fraud, true), "{}", all());
            assert!(back.iter().all(|one| one.verdict == Verdict::Genuine && one.case == wrong.case), "{}", all());
            assert!(wrong.channel != LabelChannel::Chargeback, "{}", all());
        }
        _ => panic!("{}", all()),
    }
    let times = std::iter::once(made.timestamp).chain(told.iter().map(|one| one.reported_at));
    assert!(times.collect::<Vec<_>>().is_sorted_by(|a, b| a < b), "{}", all());
    let days = fate.delay().unwrap_or(0.0);
    let alert = told.first().is_some_and(|one| one.channel == LabelChannel::Alert);
    assert!(days <= if alert { 1.0 } else { 180.0 }, "{rules:?}: {}", all());
}

/// Share of reports of a channel that come within so many days, by the rules.
fn within(rules: &LabelRules, channel: LabelChannel, days: f64) -> f64 {
    let (median, spread, longest) = match channel {
        LabelChannel::Alert => (rules.alert_hours / 24.0, rules.alert_spread, 1.0),
        LabelChannel::Complaint => (rules.complaint_days, rules.complaint_spread, 180.0),
        LabelChannel::Chargeback => (rules.chargeback_days, rules.chargeback_spread, 180.0),
    };
    let log_normal = |days: f64| 0.5 * libm::erfc(-libm::log(days / median) / spread / std::f64::consts::SQRT_2);
    log_normal(days.min(longest)) / log_normal(longest)
}

/// The greatest distance between what was found and what the rules say (Kolmogorov and Smirnov).
fn distance(mut days: Vec<f64>, says: impl Fn(f64) -> f64) -> f64 {
    days.sort_by(f64::total_cmp);
    let count = days.len() as f64;
    let off = |(n, days): (usize, &f64)| (says(*days) - (n as f64 + 0.5) / count).abs();
    days.iter().enumerate().map(off).fold(0.0, f64::max)
}

const CHANNELS: [LabelChannel; 3] = [LabelChannel::Alert, LabelChannel::Complaint, LabelChannel::Chargeback];

#[test]
fn reports_come_when_and_how_the_scenario_says() {
    let scenario = populace_wire::scenario_from_toml("labels", &format!("{RULES}{WRONG}")).expect("valid");
    let rules = scenario.labels.clone();
    let mut world = World::new(&scenario).expect("a world");
    let fates = fates(&mut world);
    fates.values().for_each(|fate| assert_makes_sense(fate, &rules));

    let frauds: Vec<&Fate> = fates.values().filter(|fate| fate.made.fraud.is_some()).collect();
    let told: Vec<&Fate> = frauds.iter().copied().filter(|fate| !fate.told.is_empty()).collect();
    assert!(told.len() > 3_000, "{}", told.len());
    let never = 1.0 - told.len() as f64 / frauds.len() as f64;
    assert!((never - rules.never).abs() < 0.007, "{never} are never told");
    let of = |channel: LabelChannel| told.iter().filter(move |fate| fate.told[0].channel == channel);
    let weights = [rules.alert, rules.complaint, rules.chargeback];
    for (channel, weight) in CHANNELS.into_iter().zip(weights) {
        let share = of(channel).count() as f64 / told.len() as f64;
        assert!((share - weight).abs() < 0.03, "{share} by {channel:?}");
        let found =
            distance(of(channel).filter_map(|fate| fate.delay()).collect(), |days| within(&rules, channel, days));
        assert!(found < 2.0 / (weight * told.len() as f64).sqrt(), "{channel:?} is {found} off");
    }
    let mix = |days: f64| CHANNELS.into_iter().zip(weights).map(|(c, weight)| weight * within(&rules, c, days)).sum();
    let found = distance(told.iter().filter_map(|fate| fate.delay()).collect(), mix);
    assert!(found < 0.035, "all together are {found} off");

    let noticed = |yes: bool| {
        let some: Vec<_> = told.iter().filter(|fate| fate.made.fraud.is_some_and(|mark| mark.noticed == yes)).collect();
        some.iter().filter(|fate| fate.told[0].channel == LabelChannel::Alert).count() as f64 / some.len() as f64
    };
    assert!(noticed(true) > 1.2 * noticed(false), "{} and {}", noticed(true), noticed(false));

    let wrong: Vec<&Fate> = fates.values().filter(|fate| fate.made.fraud.is_none() && !fate.told.is_empty()).collect();
    let share = wrong.len() as f64 / (wrong.len() + told.len()) as f64;
    assert!((0.02..0.04).contains(&share), "{share} are wrong");
    let back = wrong.iter().filter(|fate| fate.told.len() == 2).count() as f64 / wrong.len() as f64;
    assert!((0.65..0.95).contains(&back), "{back} are taken back");
    assert_closed_accounts_are_told(&world, &told);
}

/// A report of a transaction whose account has been closed since is sent like any other.
fn assert_closed_accounts_are_told(world: &World, told: &[&Fate]) {
    let town = world.town();
    let late = |fate: &&&Fate| {
        let (person, generation) = town.find_person(&fate.made.user_id.to_string()).expect("somebody of this town");
        assert!(matches!(town.ids().read(fate.made.transaction_id), Some((IdKind::Transaction, ..))));
        fate.told[0].reported_at > town.tenancy(person, generation).closes
    };
    let late = told.iter().filter(late).count();
    assert!(late > 5, "{late} reports come after the account's end");
}

/// Of 1,000 reports as many are wrong after the rate of fraud has drifted as were before.
#[test]
fn wrong_reports_follow_a_drift_of_the_rate_of_fraud() {
    let rules = "[labels]\nwrong = 0.2\ncomplaint_days = 0.2\nalert = 1.0\nchargeback = 0.0\n[topics.labels]\nenabled = true\n\
        [[drift]]\nkey = \"bank.fraud.rate\"\nkind = \"sudden\"\nat = \"+20d\"\nto = 0.2\n";
    let rules = format!("{}{rules}", RULES.replace("rate = 0.15", "rate = 0.02"));
    let scenario = populace_wire::scenario_from_toml("drift", &rules).expect("valid");
    let mut world = World::new(&scenario).expect("a world");
    let (change, mut genuine, mut wrong) = (world.now() + Span::from_days(20), BTreeMap::new(), [0.0; 2]);
    world.run_until(world.now() + Span::from_days(40), |event| match event {
        Event::Transaction(made) if made.fraud.is_none() => {
            genuine.insert(made.transaction_id, usize::from(made.timestamp >= change));
        }
        Event::Label(label) if label.verdict == Verdict::Fraud => {
            genuine.get(&label.transaction_id).into_iter().for_each(|after| wrong[*after] += 1.0);
        }
        _ => {}
    });
    let made = |after: usize| genuine.values().filter(|one| **one == after).count() as f64;
    let grown = (wrong[1] / made(1)) / (wrong[0] / made(0));
    // Odds of 0.2 are so many times those of 0.02; a hundred reports before the change tell that to a tenth.
    let expected = (0.2 / 0.8) / (0.02 / 0.98);
    assert!((0.7..1.4).contains(&(grown / expected)), "{grown} times as many, of {wrong:?}");
}

/// The shards of a world that has lived so many days, saved and loaded after each of `cuts`.
fn lived(rules: &str, cuts: &[f64], days: f64) -> Life {
    let mut life = Life::born(rules);
    for cut in cuts {
        life.run(life.at(*cut, 1.0));
        let saved = life.blocks();
        life = life.loaded(saved);
    }
    life.run(life.at(days, 1.0));
    life
}

#[test]
fn nothing_else_changes_by_reports() {
    let days = 45.0;
    let off = lived(RULES, &[], days);
    assert_eq!(off.digests.of(Stream::Labels).count, 0);
    let others = |life: &Life| {
        let others = Stream::ALL.into_iter().filter(|stream| *stream != Stream::Labels);
        others.map(|stream| life.digests.of(stream)).collect::<Vec<_>>()
    };
    let mut labels = Vec::new();
    for more in ["", "[labels]\nnever = 0.5\nwrong = 0.3\n", "[labels]\ncomplaint_days = 1.0\nalert = 3.0\n"] {
        let on = lived(&format!("{RULES}[topics.labels]\nenabled = true\n{more}"), &[], days);
        assert_eq!(others(&on), others(&off), "{more}");
        assert!(on.digests.of(Stream::Labels).count > 1_000);
        labels.push(on.digests.of(Stream::Labels));
    }
    assert!(labels[0] != labels[1] && labels[1] != labels[2]);
}

#[test]
fn what_waits_to_be_told_survives_saving() {
    let rules = format!("{RULES}{WRONG}");
    let (whole, parts) = (lived(&rules, &[], 70.0), lived(&rules, &[8.25, 30.0, 55.5], 70.0));
    assert_eq!(parts.digests, whole.digests);
    assert!(parts.blocks() == whole.blocks(), "the same is saved in the end");
    assert!(whole.digests.of(Stream::Labels).count > 3_000);
}

/// What waits is saved with the people whom it is about: a report that is sent changes no header.
#[test]
fn a_report_changes_the_block_of_its_person_alone() {
    let mut life = lived(&format!("{RULES}{WRONG}"), &[], 30.0);
    let mut reports = 0;
    while reports < 5 {
        life.shards[0].mark_clean();
        let (mut told, mut others) = (0, 0);
        life.run_seeing(life.shards[0].next_due().next(), |record| match record.stream {
            Stream::Labels => told += 1,
            _ => others += 1,
        });
        if told == 1 && others == 0 {
            let dirty = life.shards[0].dirty_blocks();
            assert!(dirty.len() == 1 && dirty[0] > 0, "{dirty:?}");
            reports += 1;
        }
    }
}
