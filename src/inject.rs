//! `populace inject`: a command into a running world, or into the log of a stopped one, where it waits for the next
//! start. Knows neither the log's format nor what the command brings about.

use crate::cli::{InjectKind, InjectRequest};
use crate::control::{Request, connect};
use crate::inspect::socket_error;
use crate::run::{RunError, StoredWorld, give_stopped};
use populace_sim::{Command, FraudKind, PersonId, Town};
use serde_json::{Value, json};
use std::hash::{BuildHasher, RandomState};
use std::ops::RangeInclusive;

/// How many transactions, and within how many seconds, unless it is said.
const COUNT: u32 = 10;
const WITHIN_SECONDS: u32 = 300;

/// What makes sense, whoever asks.
const COUNTS: RangeInclusive<u32> = 1..=10_000;
const SPANS: RangeInclusive<u32> = 1..=30 * 86_400;

/// Answers `populace inject` on standard output.
///
/// # Errors
/// Where there is no world, no such person, or the command cannot be logged.
pub fn inject(request: &InjectRequest) -> Result<(), RunError> {
    let kind = kind_of(request.kind);
    let running = connect(&request.data_dir).map_err(|e| socket_error(&request.data_dir, e))?;
    let answer = match running {
        Some(mut client) => {
            let target = Request::Scenario;
            let scenario = client.ask(&target).map_err(RunError::Answer)?;
            let town = town_of(&scenario)?;
            let command = command(request, kind, &town)?;
            client.ask(&Request::Command { command }).map_err(RunError::Answer)?
        }
        None => {
            let world = StoredWorld::open(&request.data_dir)?;
            let command = command(request, kind, &*world.town()?)?;
            give_stopped(&world.store, command)?;
            json!({ "effective": "next start" })
        }
    };
    show(&answer, request);
    Ok(())
}

fn show(answer: &Value, request: &InjectRequest) {
    if request.json {
        println!("{answer}");
    } else {
        println!("takes effect at {}", answer.get("effective").and_then(Value::as_str).unwrap_or("once"));
    }
}

/// The town of a running world, from its scenario: ids are looked up here, the world itself is not touched.
fn town_of(scenario: &Value) -> Result<Town, RunError> {
    let wrong = |e: String| RunError::Answer(format!("the world's scenario cannot be read: {e}"));
    let text = scenario.as_str().ok_or_else(|| wrong("it is no text".into()))?;
    let scenario = populace_sim::Scenario::from_toml("the world's scenario", text).map_err(|e| wrong(e.to_string()))?;
    Town::build(&scenario).map_err(|e| RunError::Sim(e.to_string()))
}

fn kind_of(kind: InjectKind) -> FraudKind {
    match kind {
        InjectKind::Velocity => FraudKind::Velocity,
        InjectKind::CardTesting => FraudKind::CardTesting,
        InjectKind::AccountTakeover => FraudKind::AccountTakeover,
        InjectKind::StolenCard => FraudKind::StolenCard,
    }
}

/// Whether a command can be carried out in this town: the socket takes commands from anybody.
///
/// # Errors
/// In words, what is wrong with it.
pub(crate) fn check(town: &Town, command: &Command) -> Result<(), String> {
    let Command::Inject { person, count, within_seconds, .. } = *command;
    let people = town.scenario().world.people;
    if person.0 >= people {
        return Err(format!(
            "there is no person {} in this world: they are numbered from 0 to {}",
            person.0,
            people - 1
        ));
    }
    if !COUNTS.contains(&count) {
        return Err(format!("the count {count} is out of range: give a whole number from 1 to 10,000"));
    }
    if !SPANS.contains(&within_seconds) {
        return Err(format!("within {within_seconds} s is out of range: give 1 to 2,592,000 seconds (30 days)"));
    }
    Ok(())
}

fn command(request: &InjectRequest, kind: FraudKind, town: &Town) -> Result<Command, RunError> {
    let nobody = |id: &str| {
        let what = format!("there is no user {id:?} in this world: `populace inspect --sample 5` names some");
        RunError::Answer(what)
    };
    let person = match &request.user {
        Some(id) => town.find_person(id).ok_or_else(|| nobody(id))?,
        None => anybody(town),
    };
    let seconds = request.within.map_or(i64::from(WITHIN_SECONDS), |span| span.micros() / 1_000_000);
    let within_seconds = u32::try_from(seconds.max(1)).unwrap_or(u32::MAX);
    // The log numbers it.
    Ok(Command::Inject { number: 0, kind, person, count: request.count.unwrap_or(COUNT), within_seconds })
}

/// Whoever it is gets into the log, so that a replay finds the same one.
fn anybody(town: &Town) -> PersonId {
    let people = u64::from(town.scenario().world.people.max(1));
    PersonId((RandomState::new().hash_one(std::process::id()) % people) as u32)
}
