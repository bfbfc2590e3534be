//! Retired words and names: the list, and the test that sources, help, errors, API document, page and metrics are free of
//! them. `docs/glossary.md` has the words in use. Must not depend on: the crates of the workspace.

use std::path::{Path, PathBuf};

/// Names of types, functions and files that were renamed, with the word in use. Compared by whole word and by case.
const NAMES: &[(&str, &str)] = &[
    ("Conductor", "RunLoop"),
    ("conduct", "run"),
    ("Board", "RunStatus"),
    ("Pen", "FencedProducer"),
    ("Keeping", "Retention"),
    ("Contact", "Connectivity"),
    ("Passing", "Transient"),
    ("Lasting", "Permanent"),
    ("begin_anew", "recover"),
    ("be_born", "create_world"),
    ("patiently", "retry_until_connected"),
    ("hindrance", "not_ready_reason"),
    ("Press", "PublisherThread"),
    ("Tongue", "Language"),
    ("Craft", "DrivingSkill"),
    ("Patient", "WriteTimeout"),
    ("Declined", "RequestError"),
    ("Desk", "CampaignScheduler or RequestHandler"),
    ("BankLife", "AccountState"),
    ("RiderLife", "RiderState"),
    ("ShopLife", "CustomerState"),
    ("Asking", "OpenRequest"),
    ("Manner", "ShiftPattern"),
    ("afar", "as_operator"),
    ("loot", "resale_goods"),
    ("Feasts", "HolidayTable"),
    ("act_standing", "act_recurring_payment"),
    ("plan_standing", "plan_recurring_payment"),
    ("purchase_as_asked", "purchase_on_command"),
    ("grows_from_itself", "is_scaled"),
    ("shown_at", "viewed_at"),
    ("next_turn", "next_life_event"),
    ("Emit", "TopicEvent"),
    ("PlanError", "TopicError"),
    ("Repeating", "Replaying"),
    ("left_to_repeat", "left_to_replay"),
    ("send_again", "resend"),
    ("TurnedAway", "AuthenticationFailed"),
    ("TopicSeen", "TopicState"),
    ("WouldNotKeep", "RetentionConflict"),
    ("Absence", "MissingTopics"),
    ("unfit", "invalid"),
    ("Hold", "FolderLock"),
    ("Altered", "AlteredDay"),
    ("Outlook", "TimestampRange, or ops::queries"),
    ("ClockShown", "ShownClock"),
    ("ForkOrder", "ForkChanges"),
    ("to_come", "pending_scenario"),
    ("Unborn", "Incomplete"),
    ("wipe_unborn", "wipe_incomplete"),
    ("NoRoom", "NoSpace"),
    ("look_for_room", "check_room"),
];

/// Words of prose that name no subject, or are not the field's. Compared by whole word, in any case.
const PROSE: &[(&str, &str)] = &[
    ("whoever", "the one who is meant: the client, the process, the user"),
    ("hitherto", "until now"),
    ("feast", "holiday"),
    ("feasts", "holidays"),
];

/// Places of a word that stays, because readers of the data depend on it.
const KEPT: &[(&str, &str)] = &[
    // A cause in the JSON of `GET /drifts`.
    ("sim/src/views/drifts/calendar.rs", "feasts"),
];

const FOLDERS: &[&str] = &[
    "src",
    "sim/src",
    "wire/src",
    "lake/src",
    "python/src",
    "state/src",
    "realism/src",
    "scenarios",
    "deploy",
    "benches",
    "sim/examples",
];
const ENDINGS: &[&str] = &["rs", "toml", "json", "html", "js", "css", "yml", "yaml", "md"];

/// A place where a retired word stands.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    line: usize,
    word: &'static str,
    instead: &'static str,
}

fn retired_in(text: &str) -> Vec<Found> {
    let lines = (1..).zip(text.lines());
    lines.flat_map(|(line, text)| words_of(text).filter_map(move |word| retired(word, line))).collect()
}

fn words_of(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn retired(word: &str, line: usize) -> Option<Found> {
    let name = NAMES.iter().find(|(name, _)| *name == word);
    let prose = || PROSE.iter().find(|(retired, _)| retired.eq_ignore_ascii_case(word));
    name.or_else(prose).map(|(word, instead)| Found { line, word, instead })
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())).flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known)) {
            found.push(path);
        }
    }
}

#[test]
fn retired_words_are_found_whole_and_with_their_place() {
    let text = "the run loop\n/// Conductor of whoever, a `Conductors` and Penguins\nFEASTS";
    let found: Vec<(usize, &str)> = retired_in(text).iter().map(|found| (found.line, found.word)).collect();
    assert_eq!(found, [(2, "Conductor"), (2, "whoever"), (3, "feasts")]);
}

#[test]
fn no_source_help_error_page_or_metric_uses_a_retired_word() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    FOLDERS.iter().for_each(|folder| files(&root.join(folder), &mut all));
    assert!(all.len() > 300, "{}", all.len());
    let faults = all.iter().flat_map(|path| {
        let text = std::fs::read_to_string(path).expect("text");
        let name = path.strip_prefix(root).expect("inside").display().to_string();
        let say = |found: Found| format!("{name}:{}: `{}`: use {}", found.line, found.word, found.instead);
        let kept = |word: &str| KEPT.iter().any(|(file, stays)| name == *file && word == *stays);
        let found: Vec<Found> = retired_in(&text).into_iter().filter(|found| !kept(found.word)).collect();
        found.into_iter().map(say).collect::<Vec<_>>()
    });
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "{} places:\n{}", faults.len(), faults.join("\n"));
}
