//! Drifts that are started and ended in a world that lives: alike however it is cut, saved and loaded, and for nobody whom
//! they do not concern.

use crate::cases;
use crate::worlds::{Life, block, drift, with_labels};
use populace_sim::{Begin, DriftOrder, Span, VirtualTime};
use proptest::prelude::*;
use toml::{Table, Value};

/// What is asked of the drifts of a world.
#[derive(Clone, Debug)]
enum Ask {
    /// This block starts, so many hours after it is asked for, under the name of the drift in this place if there is one.
    Start(String, i64, Option<usize>),
    /// The drift in this place ends, if there is one and it is not over.
    Stop(usize),
}

/// At a share of the days.
type Given = (f64, Ask);

fn given() -> impl Strategy<Value = Given> {
    let name = prop_oneof![2 => Just(None), 1 => (0..4usize).prop_map(Some)];
    let start = (drift(), prop_oneof![2 => Just(0), 1 => 1i64..30], name);
    let start = start.prop_map(|(block, hours, name)| Ask::Start(block, hours, name));
    (0.0..1.0f64, prop_oneof![3 => start, 2 => (0..5usize).prop_map(Ask::Stop)])
}

fn blocks(text: &str) -> Vec<Table> {
    let whole: Value = toml::from_str(text).expect("TOML");
    whole["drift"].clone().try_into().expect("tables")
}

impl Ask {
    /// The order for this world now; none where it makes no sense.
    fn order(&self, life: &Life) -> Option<DriftOrder> {
        let (rules, ledger) = (life.town.scenario(), life.town.drift_entries());
        match self {
            Ask::Start(text, hours, name) => {
                let mut blocks = blocks(text);
                if let Some(entry) = name.and_then(|place| ledger.get(place)) {
                    blocks[0].insert("id".into(), entry.id.clone().into());
                }
                let begin = match hours {
                    0 => Begin::AtOnce,
                    hours => Begin::At(life.now + Span::from_seconds(3_600 * hours)),
                };
                rules.start_drifts(&blocks, begin, life.now).ok()
            }
            Ask::Stop(place) => rules.stop_drifts(&[ledger.get(*place)?.id.clone()], life.now).ok(),
        }
    }
}

/// What happens at a share of the days.
#[derive(Clone, Debug)]
enum Stop<'a> {
    Ask(&'a Ask),
    Cut,
    SaveAndLoad,
}

fn life(toml: &str, days: f64, given: &[Given], cuts: &[f64]) -> Life {
    let mut life = Life::born(toml);
    let cut = |(n, share): (usize, &f64)| (*share, if n % 2 == 0 { Stop::SaveAndLoad } else { Stop::Cut });
    let mut stops: Vec<(f64, Stop)> = given.iter().map(|(share, ask)| (*share, Stop::Ask(ask))).collect();
    stops.extend(cuts.iter().enumerate().map(cut));
    stops.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut number = 0;
    for (share, stop) in stops {
        life.run(life.at(days, share));
        match stop {
            Stop::Cut => {}
            Stop::SaveAndLoad => {
                let saved = life.blocks();
                life = life.loaded(saved);
            }
            Stop::Ask(ask) => {
                number += 1;
                if let Some(order) = ask.order(&life) {
                    life.order(&order, number);
                }
            }
        }
    }
    life.run(life.at(days, 1.0));
    life
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn an_order_acts_alike_however_the_world_is_cut_saved_and_loaded(
        toml in with_labels(),
        days in 0.5..4.0f64,
        given in prop::collection::vec(given(), 1..5),
        cuts in prop::collection::vec(0.0..1.0f64, 0..12),
    ) {
        let (plain, cut) = (life(&toml, days, &given, &[]), life(&toml, days, &given, &cuts));
        prop_assert_eq!(cut.digests, plain.digests);
        prop_assert_eq!(cut.blocks(), plain.blocks());
    }

    #[test]
    fn nothing_changes_before_a_drift_begins(
        toml in with_labels(), days in 1.0..4.0f64, share in 0.0..0.6f64, text in drift(), later in 1i64..30,
    ) {
        let (mut twin, mut life) = (Life::born(&toml), Life::born(&toml));
        let (at, end) = (twin.at(days, share), twin.at(days, 1.0));
        twin.run(at);
        life.run(at);
        let begins = at + Span::from_seconds(3_600 * later);
        let start = life.town.scenario().start_drifts(&blocks(&text), Begin::At(begins), at);
        // A rule that is nothing cannot grow from itself.
        prop_assume!(start.is_ok());
        life.order(&start.expect("a valid order"), 1);
        let middle = begins.min(end);
        let texts = |life: &mut Life, until: VirtualTime| {
            life.records(until).into_iter().map(|record| record.text).collect::<Vec<_>>()
        };
        prop_assert_eq!(texts(&mut life, middle), texts(&mut twin, middle));
    }

    #[test]
    fn what_an_order_changes_is_marked(toml in with_labels(), days in 0.1..3.0f64, given in given()) {
        let mut life = Life::born(&toml);
        let end = life.at(days, 1.0);
        life.run(life.at(days, given.0));
        let mut saved = life.blocks();
        life.shards.iter_mut().for_each(|shard| shard.mark_clean());
        if let Some(order) = given.1.order(&life) {
            life.order(&order, 1);
        }
        for (shard, blocks) in life.shards.iter().zip(&mut saved) {
            shard.dirty_blocks().into_iter().for_each(|dirty| blocks[dirty as usize] = block(shard, dirty));
        }
        prop_assert_eq!(&saved, &life.blocks());
        life.run(end);
    }
}
