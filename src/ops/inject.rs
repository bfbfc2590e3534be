//! `populace inject`: a command into a running world, or into the log of a stopped one, where it waits for the next
//! start. Knows neither the log's format nor what the command brings about.

use crate::UsageError;
use crate::cli::{Amount, InjectRequest, Injection, When};
use crate::control::{Reason, Request, RequestError, Target, connect};
use crate::ops::inspect::{self, socket_error};
use crate::output::acknowledge;
use crate::run::{RunError, StoredWorld, give_stopped};
use populace_sim::{
    Command, Concerned, Currency, PersonId, RegionId, Town, VirtualTime, campaign_of_command, format_time,
};
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
    let running = connect(&request.data_dir).map_err(|e| socket_error(&request.data_dir, e))?;
    let answer = match running {
        Some(mut client) => {
            let injection = request.injection.clone();
            client.ask(&Request::Inject { injection, when: request.when }).map_err(refused)?
        }
        None => {
            let world = StoredWorld::open(&request.data_dir)?;
            let town = world.town()?;
            let command = command(&request.injection, request.when, &town, world.meta.time).map_err(refused)?;
            let number = give_stopped(&world.store, command)?;
            given(&town, command.with_number(number), None)
        }
    };
    show(&answer, request);
    Ok(())
}

/// The answer to a command that was logged: when it takes effect (at the next start where that is not known yet), when it
/// begins where that is later, and the campaign's name.
pub(crate) fn given(town: &Town, command: Command, at: Option<VirtualTime>) -> Value {
    let mut answer = json!({ "effective": at.map_or_else(|| "next start".to_owned(), format_time) });
    if let Some(start) = at.map_or(command.start(), |at| Some(command.begins(at)).filter(|begins| *begins > at)) {
        answer["begins"] = json!(format_time(start));
    }
    if !matches!(command, Command::Transaction { .. }) {
        answer["campaign_id"] = json!(campaign_of_command(town, command.number()).to_string());
    }
    answer
}

fn show(answer: &Value, request: &InjectRequest) {
    if request.json {
        return acknowledge(&format!("{answer}\n"));
    }
    let text = |key| answer.get(key).and_then(Value::as_str);
    let mut lines = format!("takes effect at {}\n", text("effective").unwrap_or("once"));
    for (key, said) in [("begins", "begins at"), ("campaign_id", "campaign")] {
        lines.extend(text(key).map(|value| format!("{said} {value}\n")));
    }
    acknowledge(&lines);
}

/// The town of a running world, from its scenario: ids are looked up here, the world itself is not touched.
pub(crate) fn town_of(scenario: &Value) -> Result<Town, RunError> {
    let wrong = |e: String| RunError::Answer(format!("the world's scenario cannot be read: {e}"));
    let text = scenario.as_str().ok_or_else(|| wrong("it is no text".into()))?;
    let scenario = populace_sim::Scenario::from_toml("the world's scenario", text).map_err(|e| wrong(e.to_string()))?;
    Town::build(&scenario).map_err(|e| RunError::Sim(e.to_string()))
}

/// What makes no sense is the user's to mend.
fn refused(declined: RequestError) -> RunError {
    match declined.reason {
        Reason::Unfit => UsageError::new(declined.why).into(),
        _ => declined.into(),
    }
}

/// Whether a command can be carried out in this town: the socket takes commands from anybody.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check(town: &Town, now: VirtualTime, command: &Command) -> Result<(), RequestError> {
    match command.concerns() {
        Concerned::Person(person) => check_person(town, now, person)?,
        Concerned::Region(region) if usize::from(region.0) >= town.localities().len() => {
            let count = town.localities().len();
            return Err(RequestError::unknown(format!(
                "there is no region {} in this world, which has {count}",
                region.0
            )));
        }
        Concerned::Region(_) => {}
    }
    if let Some(start) = command.start().filter(|start| *start < now) {
        let (start, now) = (format_time(start), format_time(now));
        return Err(RequestError::unfit(format!("{start} is over: this world has come to {now}")));
    }
    let range = match *command {
        Command::Inject { count, .. } if !COUNTS.contains(&count) => {
            format!("the count {count} is out of range: give a whole number from 1 to 10,000")
        }
        Command::Inject { within_seconds, .. } if !SPANS.contains(&within_seconds) => {
            format!("within {within_seconds} s is out of range: give 1 to 2,592,000 seconds (30 days)")
        }
        Command::Transaction { minor, .. } if !(1..=Command::MOST_MINOR).contains(&minor) => {
            format!("the amount of {minor} minor units is out of range: give 1 to {} of them", Command::MOST_MINOR)
        }
        Command::Campaign { victims, .. } if victims > Command::MOST_VICTIMS => {
            format!("{victims} victims are too many: give at most 10,000")
        }
        Command::Inject { .. } | Command::Campaign { .. } | Command::Transaction { .. } => return Ok(()),
    };
    Err(RequestError::unfit(range))
}

fn check_person(town: &Town, now: VirtualTime, person: PersonId) -> Result<(), RequestError> {
    let people = town.scenario().world.people;
    if person.0 >= people {
        let last = people - 1;
        let why = format!("there is no person {} in this world: they are numbered from 0 to {last}", person.0);
        return Err(RequestError::unknown(why));
    }
    if !town.tenancy_at(person, now).is_open(now) {
        let why = format!("the account of person {} was closed, and nobody has it at present", person.0);
        return Err(RequestError::gone(why));
    }
    Ok(())
}

/// The command that brings about what is asked for; the log numbers it.
///
/// # Errors
/// Where there is no such person or region, or what is asked for makes no sense for them.
pub(crate) fn command(request: &Injection, when: When, town: &Town, now: VirtualTime) -> Result<Command, RequestError> {
    let start = start(when, now)?;
    // The log numbers them.
    let number = 0;
    match request {
        Injection::Transaction { user, amount } => {
            let person = person(town, user, now)?;
            let minor = minor_units(*amount, town.currency_of_person(person))?;
            Ok(Command::Transaction { number, person, minor, start })
        }
        Injection::Campaign { kind, region, victims } => {
            let region = region_of(town, region.as_deref())?;
            Ok(Command::Campaign { number, kind: *kind, region, victims: victims.unwrap_or(0), start })
        }
        Injection::Episode { kind, user, count, within } => {
            let person = user.as_ref().map_or_else(|| Ok(anybody(town, now)), |id| person(town, id, now))?;
            let seconds = within.map_or(i64::from(WITHIN_SECONDS), |span| span.micros() / 1_000_000);
            let within_seconds = u32::try_from(seconds.max(1)).unwrap_or(u32::MAX);
            let count = count.unwrap_or(COUNT);
            Ok(Command::Inject { number, kind: *kind, person, count, within_seconds, start })
        }
    }
}

/// When it begins, where that is not at once.
fn start(when: When, now: VirtualTime) -> Result<Option<VirtualTime>, RequestError> {
    match when {
        When::AtOnce => Ok(None),
        When::After(span) => Ok(Some(now + span)),
        When::At(at) if at >= now => Ok(Some(at)),
        When::At(at) => {
            let (at, now) = (format_time(at), format_time(now));
            let help = "give a later time, or leave --at out";
            Err(RequestError::unfit(format!("--at: {at} is over: this world has come to {now}; {help}")))
        }
    }
}

fn region_of(town: &Town, name: Option<&str>) -> Result<RegionId, RequestError> {
    let regions = || town.localities().iter().map(|local| &local.region);
    let Some(name) = name else { return Ok(regions().next().expect("a town has a region").id) };
    let found = regions().find(|region| region.name.eq_ignore_ascii_case(name));
    found.map(|region| region.id).ok_or_else(|| {
        let names: Vec<&str> = regions().map(|region| region.name.as_str()).collect();
        RequestError::unfit(format!("--region: this world has no region {name:?}: name {}", names.join(", ")))
    })
}

fn person(town: &Town, id: &str, now: VirtualTime) -> Result<PersonId, RequestError> {
    let nobody = || inspect::nobody(&Target::User { id: id.to_owned() });
    let (person, generation) = town.find_person(id).ok_or_else(nobody)?;
    has_account(town, person, generation, now)?.ok_or_else(nobody)
}

/// The person, if their account is open at `now`; none if it is nobody's yet.
///
/// # Errors
/// When the account is closed.
fn has_account(
    town: &Town,
    person: PersonId,
    generation: u16,
    now: VirtualTime,
) -> Result<Option<PersonId>, RequestError> {
    let current = town.tenancy_at(person, now);
    if generation < current.generation {
        return Err(inspect::closed(town, person, generation));
    }
    Ok((generation == current.generation && current.is_open(now)).then_some(person))
}

/// The minor units of an amount in the currency of whom it concerns.
fn minor_units(amount: Amount, currency: Currency) -> Result<u32, RequestError> {
    let (code, decimals) = (currency.code(), currency.decimals());
    let Some(missing) = decimals.checked_sub(amount.decimals) else {
        let why = format!("amount: this person pays in {code}, which has no decimals: give a whole number, as in 4250");
        return Err(RequestError::unfit(why));
    };
    let minor = amount.digits.saturating_mul(10u64.pow(missing));
    u32::try_from(minor).ok().filter(|minor| *minor <= Command::MOST_MINOR).ok_or_else(|| {
        let most = Command::MOST_MINOR / 10u32.pow(decimals);
        RequestError::unfit(format!("amount: that is too much for one person: give at most {most} {code}"))
    })
}

/// Whoever it is gets into the log, so that a replay finds the same one.
fn anybody(town: &Town, now: VirtualTime) -> PersonId {
    let people = u64::from(town.scenario().world.people.max(1));
    let first = RandomState::new().hash_one(std::process::id()) % people;
    let all = (0..people).map(|n| PersonId(((first + n) % people) as u32));
    let open = |id: &PersonId| town.tenancy_at(*id, now).is_open(now);
    // A handful at most has no account; in a town of one it may be that one, and then the world says so.
    all.clone().take(1_000).find(open).unwrap_or(PersonId(first as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_what_the_currency_has() {
        let amount = |digits, decimals| Amount { digits, decimals };
        let dollars = |digits, decimals| minor_units(amount(digits, decimals), Currency::Usd);
        assert_eq!([dollars(425, 1), dollars(4_250, 2), dollars(1, 2)], [Ok(4_250), Ok(4_250), Ok(1)]);
        assert_eq!(dollars(10_000_000, 0), minor_units(amount(1_000_000_000, 0), Currency::Jpy));
        assert_eq!(minor_units(amount(4_250, 0), Currency::Jpy), Ok(4_250));
        for too_much in [dollars(1_000_000_001, 2), dollars(100_000_000_000, 0)] {
            assert!(too_much.expect_err("absurd").why.contains("at most 10000000 USD"));
        }
        let yen = minor_units(amount(4_250, 2), Currency::Jpy).expect_err("yen have no sen").why;
        assert!(yen.contains("JPY") && yen.contains("whole number"), "{yen}");
    }

    #[test]
    fn what_the_socket_is_given_is_checked() {
        let rules = "[world]\npeople = 10\nstart = \"2026-01-01T00:00:00+00:00\"";
        let town = Town::build(&populace_sim::Scenario::from_toml("test", rules).expect("valid")).expect("a town");
        let asked = |person, minor| {
            check(
                &town,
                town.start(),
                &Command::Transaction { number: 0, person: PersonId(person), minor, start: None },
            )
        };
        assert_eq!(asked(9, 1_000_000_000), Ok(()));
        assert!(asked(10, 5).expect_err("nobody").why.contains("no person 10"));
        for minor in [0, 1_000_000_001] {
            assert!(asked(3, minor).expect_err("an absurd amount").why.contains("out of range"));
        }
    }
}
