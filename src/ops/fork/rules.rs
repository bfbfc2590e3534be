//! The rules of a fork: those of the world that it comes from, with what was set and the drifts that were added. Reads no
//! file and changes no world.

use crate::UsageError;
use crate::cli::{DriftFile, ForkOrder};
use crate::error::Complaint;
use populace_sim::{DriftEntry, DriftRules, Layers, Scenario, TopicRules, VirtualTime, format_time, resolve_time};

/// The rules that a fork lives by from its instant on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rules {
    /// The rules.
    pub(crate) scenario: Scenario,
    /// What of a drift file was not taken.
    pub(crate) notes: Vec<String>,
}

/// Sections of a scenario file that hold settings, not rules.
const SETTINGS: [&str; 4] = ["run.", "sink.", "files.", "kafka."];

/// The rules of a fork of a world that lives by `known`, from `at` on.
///
/// # Errors
/// A key that is none, is fixed at birth or no rule, a value outside its range, a drift that is wrong or would act before
/// `at`.
pub(crate) fn rules(order: &ForkOrder, known: &Scenario, at: VirtualTime) -> Result<Rules, UsageError> {
    let mut scenario = with_set(&order.set, known)?;
    let mut notes = Vec::new();
    if let Some(file) = &order.drifts {
        let (drifts, more) = drifts_of(file, &scenario, at)?;
        scenario.drift.extend(drifts);
        scenario.check()?;
        check_begins(file, &scenario, (known.drift.len(), at))?;
        notes.extend(more);
    }
    if let Some(prefix) = &order.topic_prefix {
        prefixed(prefix, scenario.clone())?;
    }
    Ok(Rules { scenario, notes })
}

/// The same rules with topics whose names begin with `prefix`.
///
/// # Errors
/// Where a name would be none that Kafka takes.
pub(crate) fn prefixed(prefix: &str, mut scenario: Scenario) -> Result<Scenario, UsageError> {
    let TopicRules { transactions, trips, interactions, labels, completions, drifts } = &mut scenario.topics;
    let optional = [labels, completions, drifts].map(|topic| &mut topic.choice);
    for topic in [transactions, trips, interactions].into_iter().chain(optional) {
        topic.name.insert_str(0, prefix);
    }
    let checked = scenario.check();
    checked.map_err(|error| UsageError::new(format!("--topic-prefix {prefix:?}: {}", error.0[0].what)))?;
    Ok(scenario)
}

fn with_set(set: &[String], known: &Scenario) -> Result<Scenario, UsageError> {
    if set.is_empty() {
        return Ok(known.clone());
    }
    let mut layers = Layers::new();
    layers.file("the world's scenario", &known.to_toml());
    set.iter().for_each(|assignment| layers.set(assignment));
    // The start of a world that is there is absolute.
    let scenario = layers.resolve(VirtualTime::from_seconds(0))?.scenario;
    let differences = scenario.differences(known);
    let fixed = differences.iter().map(|one| one.key.as_str()).filter(|key| !can_be_set(key)).map(fixed);
    let complaints: Vec<Complaint> = set.iter().filter_map(|one| setting(one)).chain(fixed).collect();
    if complaints.is_empty() { Ok(scenario) } else { Err(UsageError { complaints }) }
}

fn can_be_set(key: &str) -> bool {
    Scenario::is_adoptable(key) && !key.starts_with("drift")
}

fn fixed(key: &str) -> Complaint {
    let (what, help) = if key.starts_with("drift") {
        (format!("--set: `{key}`: drifts are added by file"), "give --drift FILE")
    } else {
        let help = "leave it out, or make another world with `populace run`";
        (format!("--set: `{key}` was fixed when the world was born: a fork shares its past"), help)
    };
    Complaint { what, help: Some(help.to_owned()) }
}

fn setting(assignment: &str) -> Option<Complaint> {
    let key = assignment.split('=').next().unwrap_or_default().trim();
    SETTINGS.iter().any(|section| key.starts_with(section)).then(|| Complaint {
        what: format!("--set: `{key}` is a setting of a run, no rule of the world"),
        help: Some("give it to `populace run` of the new world".to_owned()),
    })
}

/// The drifts of a file, their instants absolute, and what is to be said of the rest of it.
fn drifts_of(file: &DriftFile, base: &Scenario, at: VirtualTime) -> Result<(Vec<DriftRules>, Vec<String>), UsageError> {
    let plain = Scenario { drift: Vec::new(), ..base.clone() };
    let mut layers = Layers::new();
    layers.file("the world's scenario", &plain.to_toml());
    layers.file(&file.name, &file.text);
    let read = layers.resolve(at)?.scenario;
    if read.drift.is_empty() {
        let error = UsageError::new(format!("--drift: {:?} has no [[drift]] block", file.name));
        return Err(error.help("`populace scenario presets` lists the scenarios of drifts that are shipped"));
    }
    let others: Vec<String> = read.differences(&plain).into_iter().map(|one| one.key).collect();
    let others: Vec<&str> = others.iter().map(String::as_str).filter(|key| !key.starts_with("drift[")).collect();
    let note = || {
        format!("of {:?} the [[drift]] blocks alone are taken, not {}: --set sets rules", file.name, others.join(", "))
    };
    let notes = if others.is_empty() { Vec::new() } else { vec![note()] };
    let instant = |text: &str| {
        let instant = resolve_time(text, at).map_err(|error| UsageError::new(format!("--drift: {error}")))?;
        Ok::<_, UsageError>(format_time(instant))
    };
    let placed = |rules: DriftRules| {
        let until = rules.until.as_deref().map(instant).transpose()?;
        Ok(DriftRules { at: instant(&rules.at)?, until, ..rules })
    };
    Ok((read.drift.into_iter().map(placed).collect::<Result<_, UsageError>>()?, notes))
}

/// The past is common to both worlds, so nothing that is added may act in it.
fn check_begins(file: &DriftFile, scenario: &Scenario, (old, at): (usize, VirtualTime)) -> Result<(), UsageError> {
    let ledger = DriftEntry::of(scenario).map_err(|error| UsageError::new(error.to_string()))?;
    let early = ledger.iter().skip(old).filter(|drift| drift.begins < at);
    let complaint = |drift: &DriftEntry| Complaint {
        what: format!(
            "--drift {}: {:?} begins to act at {}, before the fork's instant {}",
            file.name,
            drift.id,
            format_time(drift.begins),
            format_time(at)
        ),
        help: Some(
            "both worlds share the past: choose a later `at` (it is the middle, and the transition begins two widths \
             before it; +30d counts from the fork's instant)"
                .to_owned(),
        ),
    };
    let complaints: Vec<Complaint> = early.map(complaint).collect();
    if complaints.is_empty() { Ok(()) } else { Err(UsageError { complaints }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ShippedScenario;

    const AT: VirtualTime = VirtualTime::from_seconds(1_767_225_600 + 100 * 86_400);

    fn known() -> Scenario {
        let text = "[world]\nstart = \"2026-01-01\"\n[[drift]]\nkey = \"bank.amount_scale\"\nkind = \"sudden\"\n\
                    at = \"+3d\"\nto = 2.0";
        Scenario::from_toml("known", text).expect("valid")
    }

    fn asked(set: &[&str], drifts: Option<&str>) -> Result<Rules, String> {
        let file = |text: &str| DriftFile { name: "d.toml".into(), text: text.to_owned() };
        let set = set.iter().map(|one| (*one).to_owned()).collect();
        let order = ForkOrder { set, drifts: drifts.map(file), topic_prefix: None };
        rules(&order, &known(), AT).map_err(|error| error.to_string())
    }

    fn drift(at: &str) -> String {
        format!("[[drift]]\nkey = \"shop.conversion\"\nkind = \"incremental\"\nwidth = \"2d\"\nat = {at:?}\nto = 0.2")
    }

    #[test]
    fn nothing_asked_for_is_nothing_changed() {
        assert_eq!(asked(&[], None), Ok(Rules { scenario: known(), notes: Vec::new() }));
    }

    #[test]
    fn what_is_relative_counts_from_the_fork() {
        let found = asked(&["bank.fraud.rate=0.02"], Some(&drift("+4d"))).expect("it begins at the instant itself");
        assert_eq!(found.scenario.bank.fraud.rate, 0.02);
        assert_eq!(found.scenario.drift[0], known().drift[0], "the world's own drift stays");
        assert_eq!(found.scenario.drift[1].at, format_time(AT + populace_sim::Span::from_days(4)));
    }

    #[test]
    fn a_drift_of_the_past_is_refused() {
        for early in ["+3d", "2026-01-20"] {
            let told = asked(&[], Some(&drift(early))).expect_err("it would act before");
            assert!(told.contains("drift-2") && told.contains("before the fork's instant"), "{told}");
        }
    }

    #[test]
    fn bad_keys_are_named() {
        for (set, what) in [
            ("bank.fraud.raet=0.1", "`bank.fraud.rate`"),
            ("world.people=9", "fixed when the world was born"),
            ("world.seed=9", "fixed when the world was born"),
            ("kafka.partitions=3", "a setting of a run"),
            ("bank.fraud.rate=7", "must be a number"),
            ("topics.trips.name=x", "fixed when the world was born"),
            ("drift=[]", "--drift FILE"),
        ] {
            let told = asked(&[set], None).expect_err(set);
            assert!(told.contains(what), "{set}: {told}");
        }
    }

    #[test]
    fn every_shipped_drift_fits_a_fork() {
        for shipped in crate::config::SHIPPED.iter().filter(|one| one.name.starts_with("drift-")) {
            let found = asked(&[], Some(shipped.text)).unwrap_or_else(|told| panic!("{}: {told}", shipped.name));
            assert!(found.scenario.drift.len() > 1 && found.notes.is_empty(), "{}: {:?}", shipped.name, found.notes);
        }
        let plain = ShippedScenario::named("quick-look").expect("it is shipped");
        assert!(asked(&[], Some(plain.text)).expect_err("no drifts").contains("no [[drift]] block"));
    }

    #[test]
    fn a_file_gives_its_drifts_alone() {
        let found = asked(&[], Some(&format!("[bank]\nonline_share = 0.5\n{}", drift("+9d")))).expect("it fits");
        assert_eq!(found.scenario.bank, known().bank);
        assert!(found.notes[0].contains("bank.online_share"), "{:?}", found.notes);
    }

    #[test]
    fn topics_get_names_of_their_own() {
        let twin = prefixed("twin-", known()).expect("a good prefix");
        for stream in populace_sim::Stream::ALL {
            let name = |scenario: &Scenario| scenario.topics.of(stream).name.clone();
            assert_eq!(name(&twin), format!("twin-{}", name(&known())));
        }
        assert!(prefixed("a b", known()).expect_err("a space").to_string().contains("--topic-prefix"));
    }
}
