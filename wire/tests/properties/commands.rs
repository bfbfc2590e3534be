//! A command given at a virtual instant acts alike however the windows lie, and concerns its person alone.

use crate::cases;
use crate::worlds::{Kept, Life, aimed, command, postponed, with_labels};
use populace_sim::{Command, Concerned, Span, Stream};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A command, the share of the days at which it is given, and so many seconds later it begins.
type Given = (f64, Command, i64);

fn given() -> impl Strategy<Value = Given> {
    (0.0..1.0f64, command(), prop_oneof![2 => Just(0), 1 => 1i64..100_000])
}

/// The world that gets `commands` at shares of its days; further cuts fall where `cuts` say.
fn life(toml: &str, days: f64, commands: &[Given], cuts: &[f64]) -> Life {
    let mut life = Life::born(toml);
    let given = commands.iter().map(|(share, command, later)| (*share, Some((*command, *later))));
    let mut stops: Vec<(f64, Option<(Command, i64)>)> = given.chain(cuts.iter().map(|c| (*c, None))).collect();
    // Commands keep their order in the log; a cut at the same instant may lie on either side.
    stops.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (share, command) in stops {
        life.run(life.at(days, share));
        if let Some((command, later)) = command {
            let command = postponed(aimed(&life.town, command), life.now, Span::from_seconds(later));
            life.apply(&command);
        }
    }
    life.run(life.at(days, 1.0));
    life
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_command_acts_alike_however_the_windows_lie(
        toml in with_labels(),
        days in 0.5..3.0f64,
        commands in prop::collection::vec(given(), 1..4),
        cuts in prop::collection::vec(0.0..1.0f64, 0..20),
    ) {
        let plain = life(&toml, days, &commands, &[]);
        let cut = life(&toml, days, &commands, &cuts);
        prop_assert_eq!(cut.digests, plain.digests);
        prop_assert_eq!(cut.blocks(), plain.blocks());
    }

    #[test]
    fn a_command_changes_no_other_life(toml in with_labels(), days in 0.5..2.0f64, share in 0.0..0.5f64, command in command()) {
        let mut quiet = Life::born(&toml);
        let mut struck = Life::born(&toml);
        let (at, end) = (quiet.at(days, share), quiet.at(days, 1.0));
        let command = aimed(&quiet.town, command);
        let mut victims: BTreeSet<String> = match command.concerns() {
            Concerned::Person(person) => [quiet.town.person_uuid(person).to_string()].into(),
            Concerned::Region(_) => BTreeSet::new(),
        };
        let before = [quiet.records(at), struck.records(at)];
        prop_assert_eq!(&before[0], &before[1]);
        struck.apply(&command);
        let [mut without, mut with] = [quiet.records(end), struck.records(end)];
        let own = with.iter().filter(|r| r.stream == Stream::Transactions && victims.contains(&r.key));
        match command {
            Command::Inject { count, within_seconds, .. } => {
                let in_time = end.since(at).as_seconds_f64() > within_seconds as f64 + 1.0;
                let injected = own.filter(|r| r.text.contains("\"is_fraud\":1")).count();
                prop_assert!(!in_time || injected >= count as usize, "all of them come in time");
            }
            Command::Transaction { .. } => {
                let made = own.clone().next().expect("at least the one that was asked for");
                prop_assert_eq!((made.time, &with[0].text), (at, &made.text), "it comes first");
                let before = without.iter().filter(|r| r.stream == Stream::Transactions && victims.contains(&r.key)).count();
                prop_assert_eq!(own.count(), before + 1);
            }
            Command::Campaign { .. } => {
                let struck = with.iter().filter(|r| r.text.contains("\"is_fraud\":1"));
                victims.extend(struck.map(|r| r.key.clone()));
            }
        }
        let of_account = |r: &Kept| matches!(r.stream, Stream::Transactions | Stream::Labels | Stream::Users);
        let others = |r: &Kept| !of_account(r) || !victims.contains(&r.key);
        without.retain(others);
        with.retain(others);
        prop_assert_eq!(without, with, "everything but the victims' accounts is as it was");
    }
}
