//! The rules of a fork: those of the world that it comes from, with changed keys and added drifts. Must not depend on:
//! files, the store, the senders of requests.

use super::error::{ForkError, ForkProblem};
use populace_sim::{
    DriftEntry, DriftRules, Layers, Scenario, ScenarioError, Stream, VirtualTime, format_time, resolve_time,
};
use serde::{Deserialize, Serialize};

/// The changes of a fork to the rules and topics of the world that it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForkChanges {
    /// Rules as `key=value`, in order.
    #[serde(default)]
    pub set: Vec<String>,
    /// Drifts that begin at the fork's instant or later.
    #[serde(default)]
    pub drifts: Option<DriftFile>,
    /// The prefix of the names of the new world's topics; never empty.
    #[serde(default)]
    pub topic_prefix: Option<String>,
}

/// A file with `[[drift]]` blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftFile {
    /// Its name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The rules of a fork from its instant on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ForkRules {
    /// The rules.
    pub(crate) scenario: Scenario,
    /// Notes on ignored parts of a drift file.
    pub(crate) notes: Vec<String>,
}

/// Sections of a scenario file that hold settings, not rules.
const SETTING_SECTIONS: [&str; 4] = ["run.", "sink.", "files.", "kafka."];

/// Returns the rules of a fork of a world with the rules `known`, from `at` on.
///
/// # Errors
/// An unknown, fixed or setting key, a value outside its range, a drift that is invalid or would act before `at`.
pub(crate) fn fork_rules(changes: &ForkChanges, known: &Scenario, at: VirtualTime) -> Result<ForkRules, ForkError> {
    let mut scenario = with_set(&changes.set, known)?;
    let mut notes = Vec::new();
    if let Some(file) = &changes.drifts {
        let (drifts, more) = drifts_of(file, &scenario, at)?;
        scenario.drift.extend(drifts);
        populace_wire::check_scenario(&scenario)?;
        check_begins(file, &scenario, known.drift.len(), at)?;
        notes.extend(more);
    }
    if let Some(prefix) = &changes.topic_prefix {
        prefixed(prefix, scenario.clone())?;
    }
    Ok(ForkRules { scenario, notes })
}

/// Returns the same rules with topics whose names begin with `prefix`.
///
/// # Errors
/// If Kafka does not allow a name.
pub(crate) fn prefixed(prefix: &str, mut scenario: Scenario) -> Result<Scenario, ForkError> {
    for stream in Stream::ALL {
        scenario.topics.of_mut(stream).name.insert_str(0, prefix);
    }
    let invalid = |error: ScenarioError| {
        ForkError::from(ForkProblem::TopicPrefix { prefix: prefix.to_owned(), why: error.0[0].what.clone() })
    };
    populace_wire::check_scenario(&scenario).map_err(invalid)?;
    Ok(scenario)
}

fn with_set(set: &[String], known: &Scenario) -> Result<Scenario, ForkError> {
    if set.is_empty() {
        return Ok(known.clone());
    }
    let mut layers = Layers::new();
    layers.file("the world's scenario", &known.to_toml());
    set.iter().for_each(|assignment| layers.set(assignment));
    // The start of an existing world is absolute.
    let scenario = populace_wire::resolve(layers, VirtualTime::from_seconds(0))?.scenario;
    let differences = scenario.differences(known);
    let fixed = differences.iter().map(|one| one.key.as_str()).filter(|key| !can_be_set(key)).map(fixed);
    all_of(set.iter().filter_map(|one| setting(one)).chain(fixed).collect()).map(|()| scenario)
}

fn can_be_set(key: &str) -> bool {
    Scenario::is_adoptable(key) && !key.starts_with("drift")
}

fn fixed(key: &str) -> ForkProblem {
    let key = key.to_owned();
    if key.starts_with("drift") { ForkProblem::DriftKey { key } } else { ForkProblem::FixedKey { key } }
}

fn setting(assignment: &str) -> Option<ForkProblem> {
    let key = assignment.split('=').next().unwrap_or_default().trim();
    let is_setting = SETTING_SECTIONS.iter().any(|section| key.starts_with(section));
    is_setting.then(|| ForkProblem::SettingKey { key: key.to_owned() })
}

/// Returns the drifts of a file with absolute instants, and a note on its ignored parts.
fn drifts_of(
    file: &DriftFile,
    base: &Scenario,
    at: VirtualTime,
) -> Result<(Vec<DriftRules>, Option<String>), ForkError> {
    let plain = Scenario { drift: Vec::new(), ..base.clone() };
    let mut layers = Layers::new();
    layers.file("the world's scenario", &plain.to_toml());
    layers.file(&file.name, &file.text);
    let read = populace_wire::resolve(layers, at)?.scenario;
    if read.drift.is_empty() {
        return Err(ForkProblem::NoDriftBlocks { file: file.name.clone() }.into());
    }
    let others: Vec<String> = read.differences(&plain).into_iter().map(|one| one.key).collect();
    let others: Vec<&str> = others.iter().map(String::as_str).filter(|key| !key.starts_with("drift[")).collect();
    let note = (!others.is_empty())
        .then(|| format!("only the [[drift]] blocks of {:?} were used; ignored: {}", file.name, others.join(", ")));
    let instant = |text: &str| {
        let instant = resolve_time(text, at).map_err(|error| ForkProblem::DriftTime { why: error.to_string() })?;
        Ok::<_, ForkError>(format_time(instant))
    };
    let placed = |rules: DriftRules| {
        let until = rules.until.as_deref().map(instant).transpose()?;
        Ok(DriftRules { at: instant(&rules.at)?, until, ..rules })
    };
    Ok((read.drift.into_iter().map(placed).collect::<Result<_, ForkError>>()?, note))
}

/// Refuses drifts after the first `old` that act before `at`: both worlds share that past.
fn check_begins(file: &DriftFile, scenario: &Scenario, old: usize, at: VirtualTime) -> Result<(), ForkError> {
    let ledger = DriftEntry::of(scenario).map_err(|error| ForkProblem::Ledger { why: error.to_string() })?;
    let early = ledger.iter().skip(old).filter(|drift| drift.begins < at);
    let problem = |drift: &DriftEntry| ForkProblem::DriftInPast {
        file: file.name.clone(),
        id: drift.id.to_string(),
        begins: drift.begins,
        at,
    };
    all_of(early.map(problem).collect())
}

fn all_of(problems: Vec<ForkProblem>) -> Result<(), ForkError> {
    if problems.is_empty() { Ok(()) } else { Err(ForkError::Changes(problems)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ShippedScenario;

    const AT: VirtualTime = VirtualTime::from_seconds(1_767_225_600 + 100 * 86_400);

    fn known() -> Scenario {
        let text = "[world]\nstart = \"2026-01-01\"\n[[drift]]\nkey = \"bank.amount_scale\"\nkind = \"sudden\"\n\
                    at = \"+3d\"\nto = 2.0";
        populace_wire::scenario_from_toml("known", text).expect("valid")
    }

    fn asked(set: &[&str], drifts: Option<&str>) -> Result<ForkRules, String> {
        let file = |text: &str| DriftFile { name: "d.toml".into(), text: text.to_owned() };
        let set = set.iter().map(|one| (*one).to_owned()).collect();
        let changes = ForkChanges { set, drifts: drifts.map(file), topic_prefix: None };
        fork_rules(&changes, &known(), AT).map_err(|error| error.to_string())
    }

    fn drift(at: &str) -> String {
        format!("[[drift]]\nkey = \"shop.conversion\"\nkind = \"incremental\"\nwidth = \"2d\"\nat = {at:?}\nto = 0.2")
    }

    #[test]
    fn no_changes_leave_the_rules() {
        assert_eq!(asked(&[], None), Ok(ForkRules { scenario: known(), notes: Vec::new() }));
    }

    #[test]
    fn relative_times_count_from_the_fork() {
        let found = asked(&["bank.fraud.rate=0.02"], Some(&drift("+4d"))).expect("it begins at the instant itself");
        assert_eq!(found.scenario.bank.fraud.rate, 0.02);
        assert_eq!(found.scenario.drift[0], known().drift[0], "the world's own drift stays");
        assert_eq!(found.scenario.drift[1].at, format_time(AT + populace_sim::Span::from_days(4)));
    }

    #[test]
    fn a_drift_of_the_past_is_refused() {
        for early in ["+3d", "2026-01-20"] {
            let text = asked(&[], Some(&drift(early))).expect_err("it would act before");
            assert!(text.contains("drift-2") && text.contains("before the fork's instant"), "{text}");
        }
    }

    #[test]
    fn bad_keys_are_named() {
        for (set, what) in [
            ("bank.fraud.raet=0.1", "`bank.fraud.rate`"),
            ("world.people=9", "fixed when the world was created"),
            ("world.seed=9", "fixed when the world was created"),
            ("kafka.partitions=3", "a setting of a run"),
            ("bank.fraud.rate=7", "must be a number"),
            ("topics.trips.name=x", "fixed when the world was created"),
            ("drift=[]", "drift file"),
        ] {
            let text = asked(&[set], None).expect_err(set);
            assert!(text.contains(what), "{set}: {text}");
        }
    }

    #[test]
    fn every_shipped_drift_fits_a_fork() {
        for shipped in crate::config::SHIPPED.iter().filter(|one| one.name.starts_with("drift-")) {
            let found = asked(&[], Some(shipped.text)).unwrap_or_else(|text| panic!("{}: {text}", shipped.name));
            assert!(found.scenario.drift.len() > 1 && found.notes.is_empty(), "{}: {:?}", shipped.name, found.notes);
        }
        let plain = ShippedScenario::named("quick-look").expect("it is shipped");
        assert!(asked(&[], Some(plain.text)).expect_err("no drifts").contains("no [[drift]] block"));
    }

    #[test]
    fn only_the_drifts_of_a_file_are_used() {
        let found = asked(&[], Some(&format!("[bank]\nonline_share = 0.5\n{}", drift("+9d")))).expect("it fits");
        assert_eq!(found.scenario.bank, known().bank);
        assert!(found.notes[0].contains("bank.online_share"), "{:?}", found.notes);
    }

    #[test]
    fn a_prefix_renames_all_topics() {
        let twin = prefixed("twin-", known()).expect("a good prefix");
        for stream in populace_sim::Stream::ALL {
            let name = |scenario: &Scenario| scenario.topics.of(stream).name.clone();
            assert_eq!(name(&twin), format!("twin-{}", name(&known())));
        }
        assert!(prefixed("a b", known()).expect_err("a space").to_string().contains("topic prefix"));
    }
}
