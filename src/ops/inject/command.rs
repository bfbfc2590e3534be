//! The command that carries out an injection, for a town at an instant.

use super::super::OperationError;
use super::super::inspect::{Target, account_closed, not_found};
use super::super::regions::locality;
use super::{COUNTS, InjectError, InjectField, Injection, VICTIMS, WITHIN_SECONDS, When, in_range};
use crate::run::{StoredWorld, give_stopped};
use populace_sim::{Command, Concerned, PersonId, RegionId, Town, VirtualTime, campaign_of_command, format_time};
use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher, RandomState};

/// The default number of transactions of an episode, and the default time in seconds in which they happen.
const DEFAULT_COUNT: u32 = 10;
const DEFAULT_WITHIN_SECONDS: u32 = 300;

/// The answer to an injection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InjectReport {
    /// The instant at which it takes effect; `next start` if that is not known yet.
    pub effective: String,
    /// The instant at which it begins, if that is later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins: Option<String>,
    /// The campaign's name; `None` for a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<String>,
}

/// Returns the answer to a command that was logged and takes effect at `at`, or at the next start.
pub fn report(town: &Town, command: Command, at: Option<VirtualTime>) -> InjectReport {
    let begins = at.map_or(command.start(), |at| Some(command.begins(at)).filter(|begins| *begins > at));
    let is_campaign = !matches!(command, Command::Transaction { .. });
    InjectReport {
        effective: at.map_or_else(|| "next start".to_owned(), format_time),
        begins: begins.map(format_time),
        campaign_id: is_campaign.then(|| campaign_of_command(town, command.number()).to_string()),
    }
}

/// Logs an injection into a stopped world: it takes effect at the next start.
///
/// # Errors
/// If it is not possible in this world, or the log cannot be written.
pub fn into_stopped(
    world: &StoredWorld,
    injection: &Injection,
    when: When,
) -> Result<InjectReport, OperationError<InjectError>> {
    let town = world.town()?;
    let command = injection.command(when, &town, world.meta.time).map_err(OperationError::Refused)?;
    let number = give_stopped(&world.store, command)?;
    Ok(report(&town, command.with_number(number), None))
}

impl Injection {
    /// Returns the command for a town at `now`; the log numbers it.
    ///
    /// # Errors
    /// If the world has no such person or region, or the injection is not possible for them.
    pub fn command(&self, when: When, town: &Town, now: VirtualTime) -> Result<Command, InjectError> {
        let start = start(when, now)?;
        let number = 0;
        let command = match self {
            Injection::Transaction { user, amount } => {
                let person = person(town, user, now)?;
                let minor = amount.minor_units(town.currency_of_person(person))?;
                Command::Transaction { number, person, minor, start }
            }
            Injection::Campaign { kind, region, victims } => {
                let region = region_of(town, region.as_deref())?;
                Command::Campaign { number, kind: *kind, region, victims: victims.unwrap_or(0), start }
            }
            Injection::Episode { kind, user, count, within } => {
                let person = user.as_ref().map_or_else(|| Ok(random_person(town, now)), |id| person(town, id, now))?;
                let seconds = within.map_or(i64::from(DEFAULT_WITHIN_SECONDS), |span| span.micros() / 1_000_000);
                let within_seconds = u32::try_from(seconds.max(1)).unwrap_or(u32::MAX);
                let count = count.unwrap_or(DEFAULT_COUNT);
                Command::Inject { number, kind: *kind, person, count, within_seconds, start }
            }
        };
        check_command(town, now, &command)?;
        Ok(command)
    }
}

/// Checks that a command is possible in a town at `now`: the control socket passes commands on unchecked.
///
/// # Errors
/// If the command is not possible.
pub fn check_command(town: &Town, now: VirtualTime, command: &Command) -> Result<(), InjectError> {
    match command.concerns() {
        Concerned::Person(person) => check_person(town, now, person)?,
        Concerned::Region(region) if usize::from(region.0) >= town.localities().len() => {
            let number = u32::from(region.0);
            return Err(InjectError::RegionNumber { number, count: town.localities().len() });
        }
        Concerned::Region(_) => {}
    }
    if let Some(at) = command.start().filter(|start| *start < now) {
        return Err(InjectError::InPast { at, now });
    }
    match *command {
        Command::Inject { count, within_seconds, .. } => {
            in_range(InjectField::Count, count, &COUNTS)?;
            in_range(InjectField::Within, within_seconds, &WITHIN_SECONDS)
        }
        Command::Transaction { minor, .. } => in_range(InjectField::Amount, minor, &(1..=Command::MOST_MINOR)),
        // 0 stands for the usual number.
        Command::Campaign { victims, .. } => in_range(InjectField::Victims, victims, &(0..=*VICTIMS.end())),
    }
}

fn check_person(town: &Town, now: VirtualTime, person: PersonId) -> Result<(), InjectError> {
    let people = town.scenario().world.people;
    if person.0 >= people {
        return Err(InjectError::PersonNumber { number: person.0, last: people - 1 });
    }
    if !town.tenancy_at(person, now).is_open(now) {
        return Err(InjectError::NoOpenAccount { number: person.0 });
    }
    Ok(())
}

/// Returns the instant at which an injection begins; `None` if it begins at once.
fn start(when: When, now: VirtualTime) -> Result<Option<VirtualTime>, InjectError> {
    match when {
        When::AtOnce => Ok(None),
        When::After(span) => Ok(Some(now + span)),
        When::At(at) if at >= now => Ok(Some(at)),
        When::At(at) => Err(InjectError::InPast { at, now }),
    }
}

fn region_of(town: &Town, name: Option<&str>) -> Result<RegionId, InjectError> {
    let Some(name) = name else { return Ok(town.localities().first().expect("a town has a region").region.id) };
    locality(town, name).map(|local| local.region.id).map_err(InjectError::Region)
}

/// Returns the person of this UUID, if their account is open at `now`.
fn person(town: &Town, id: &str, now: VirtualTime) -> Result<PersonId, InjectError> {
    let unknown = || InjectError::Person(not_found(&Target::User { id: id.to_owned() }));
    let (person, generation) = town.find_person(id).ok_or_else(unknown)?;
    let current = town.tenancy_at(person, now);
    if generation < current.generation {
        return Err(InjectError::Person(account_closed(town, person, generation)));
    }
    let is_open = generation == current.generation && current.is_open(now);
    if is_open { Ok(person) } else { Err(unknown()) }
}

/// Returns a random person with an open account. The log keeps the choice, so that a replay uses the same person.
fn random_person(town: &Town, now: VirtualTime) -> PersonId {
    let people = u64::from(town.scenario().world.people.max(1));
    let first = RandomState::new().hash_one(std::process::id()) % people;
    let all = (0..people).map(|n| PersonId(((first + n) % people) as u32));
    let open = |id: &PersonId| town.tenancy_at(*id, now).is_open(now);
    // Few people have no account at a time; in a town of one it may be that person, and the command is refused.
    all.clone().take(1_000).find(open).unwrap_or(PersonId(first as u32))
}
