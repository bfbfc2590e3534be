//! `populace drift`: what drifts a world has, and orders that start and end them: into a running world, or into the log of
//! a stopped one, where they wait for the next start. Knows neither the log's format nor what a drift does.

use crate::UsageError;
use crate::cli::{DriftAsk, DriftRequest, DriftStart, When};
use crate::config::{SHIPPED, ShippedScenario};
use crate::control::{Reason, Request, RequestError, connect};
use crate::ops::inspect::socket_error;
use crate::ops::queries::drift_views;
use crate::output::{acknowledge, print};
use crate::run::{RunError, StoredWorld, order_stopped};
use populace_sim::{
    Begin, DriftEntry, DriftOrder, DriftView, Scenario, ScenarioError, VirtualTime, format_time, nearest_names,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Answers `populace drift` on standard output.
///
/// # Errors
/// Where there is no world, the order makes no sense for it, or cannot be logged.
pub fn drift(request: &DriftRequest) -> Result<(), RunError> {
    let running = connect(&request.data_dir).map_err(|e| socket_error(&request.data_dir, e))?;
    let answer = match running {
        Some(mut client) => client.ask(&asked(&request.ask)).map_err(refused)?,
        None => of_stopped(request)?,
    };
    match request.ask {
        DriftAsk::List if request.json => print(&format!("{answer}\n"))?,
        DriftAsk::List => print(&list(&answer))?,
        _ if request.json => acknowledge(&format!("{answer}\n")),
        DriftAsk::Start(_) | DriftAsk::Stop(_) => acknowledge(&order(&answer)),
    }
    Ok(())
}

fn asked(ask: &DriftAsk) -> Request {
    match ask {
        DriftAsk::List => Request::Drifts,
        DriftAsk::Start(start) => Request::DriftStart { start: start.clone() },
        DriftAsk::Stop(ids) => Request::DriftStop { ids: ids.clone() },
    }
}

/// The answer of a world that does not run, to whose log an order is written.
fn of_stopped(request: &DriftRequest) -> Result<Value, RunError> {
    let dir = &request.data_dir;
    let world = match request.ask {
        DriftAsk::List => StoredWorld::look(dir)?,
        DriftAsk::Start(_) | DriftAsk::Stop(_) => StoredWorld::open(dir)?,
    };
    let (rules, now) = (world.pending_scenario()?, world.meta.time);
    let order = match &request.ask {
        DriftAsk::List => {
            let ledger = DriftView::of(&rules).map_err(|e| RunError::Sim(e.to_string()))?;
            return Ok(json!({ "virtual_now": format_time(now), "drifts": drift_views(&ledger, now) }));
        }
        DriftAsk::Start(start) => starting(&rules, start, now),
        DriftAsk::Stop(ids) => stopping(&rules, ids, now),
    };
    let order = order.map_err(refused)?;
    let answer = given(&rules, &order, now, None).map_err(refused)?;
    order_stopped(&world.store, order)?;
    Ok(answer)
}

/// What makes no sense is the user's to mend.
fn refused(declined: RequestError) -> RunError {
    match declined.reason {
        Reason::Unfit => UsageError::new(declined.why).into(),
        _ => declined.into(),
    }
}

/// The order that starts drifts in a world that lives by `rules` where it takes effect at `at`.
///
/// # Errors
/// What is wrong with them, or with when they are to begin.
pub(crate) fn starting(rules: &Scenario, start: &DriftStart, at: VirtualTime) -> Result<DriftOrder, RequestError> {
    let mut blocks = Vec::new();
    if let Some(name) = &start.scenario {
        let unknown = || RequestError::unfit(format!("no drift {name:?} is shipped: {}", Blocks::shipped_near(name)));
        let shipped = shipped_drifts(name).ok_or_else(unknown)?;
        blocks = Blocks::of_text(shipped.text).map_err(RequestError::unfit)?;
    }
    blocks.extend(start.drifts.iter().cloned());
    let begin = match start.when {
        None if start.scenario.is_none() => Begin::AsStated,
        None | Some(When::AtOnce) => Begin::AtOnce,
        Some(When::After(span)) => Begin::At(at + span),
        Some(When::At(instant)) if instant >= at => Begin::At(instant),
        Some(When::At(instant)) => {
            let (instant, at) = (format_time(instant), format_time(at));
            let help = "give a later time, or leave it out";
            return Err(RequestError::unfit(format!("--at: {instant} is over: this world has come to {at}; {help}")));
        }
    };
    rules.start_drifts(&blocks, begin, at).map_err(|error| RequestError::unfit(in_words(error)))
}

/// The order that ends drifts of a world that lives by `rules` where it takes effect at `at`.
///
/// # Errors
/// Where it has none of a name, or none that is not over.
pub(crate) fn stopping(rules: &Scenario, ids: &[String], at: VirtualTime) -> Result<DriftOrder, RequestError> {
    rules.stop_drifts(ids, at).map_err(|error| {
        let ledger = DriftEntry::of(rules).unwrap_or_default();
        let known = ids.iter().all(|id| ledger.iter().any(|entry| entry.id == *id));
        if known { RequestError::unfit(in_words(error)) } else { RequestError::unknown(in_words(error)) }
    })
}

fn in_words(error: ScenarioError) -> String {
    let one = |problem: populace_sim::Problem| match problem.help {
        Some(help) => format!("{}: {help}", problem.what),
        None => problem.what,
    };
    error.0.into_iter().map(one).collect::<Vec<_>>().join("\n")
}

/// The answer to an order of a world that lives by `rules`: when it takes effect (at the next start where that is not known
/// yet), what starts and what ends.
///
/// # Errors
/// Where the order is not one for this world.
pub(crate) fn given(
    rules: &Scenario,
    order: &DriftOrder,
    at: VirtualTime,
    effective: Option<VirtualTime>,
) -> Result<Value, RequestError> {
    let unfit = |error: populace_sim::DriftError| RequestError::unfit(error.to_string());
    let after = DriftView::of(&rules.with_order(order, at).map_err(unfit)?).map_err(unfit)?;
    let before = DriftEntry::of(rules).map_err(unfit)?;
    let started = &after[before.len()..];
    let ended = before
        .iter()
        .zip(&after)
        .filter(|(then, now)| then.until != now.drift.until)
        .map(|(_, now)| now.drift.id.as_str());
    let mut answer = json!({
        "effective": effective.map_or_else(|| "next start".to_owned(), format_time),
        "started": started.iter().map(|entry| entry.drift.id.as_str()).collect::<Vec<_>>(),
        "ended": ended.collect::<Vec<_>>(),
    });
    // The instants of what waits for a start are not known yet.
    if effective.is_some() {
        answer["drifts"] = json!(drift_views(started, at));
    }
    Ok(answer)
}

/// The shipped scenario of drifts of this name, with or without `drift-`.
pub(crate) fn shipped_drifts(name: &str) -> Option<&'static ShippedScenario> {
    let whole = if name.starts_with(SHORT) { name.to_owned() } else { format!("{SHORT}{name}") };
    ShippedScenario::named(&whole)
}

/// What the names of shipped drifts begin with.
const SHORT: &str = "drift-";

/// A file of drifts.
#[derive(Deserialize)]
pub(crate) struct Blocks {
    #[serde(default)]
    drift: Vec<Map<String, Value>>,
    #[serde(flatten)]
    others: BTreeMap<String, toml::Value>,
}

impl Blocks {
    /// The `[[drift]]` blocks of a text that has nothing else.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn of_text(text: &str) -> Result<Vec<Map<String, Value>>, String> {
        let blocks: Blocks = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        if let Some(other) = blocks.others.keys().next() {
            return Err(format!("there is `{other}` in it, which is no [[drift]] block"));
        }
        if blocks.drift.is_empty() { Err("there is no [[drift]] block in it".to_owned()) } else { Ok(blocks.drift) }
    }

    /// The names of shipped drifts that are near to one that is none.
    pub(crate) fn shipped_near(name: &str) -> String {
        let all: Vec<&str> = SHIPPED.iter().filter_map(|shipped| shipped.name.strip_prefix(SHORT)).collect();
        let near = nearest_names(name.strip_prefix(SHORT).unwrap_or(name), all.iter().copied());
        match near.first() {
            Some(near) => format!("or did you mean `{near}`?"),
            None => format!("or one of {}", all.join(", ")),
        }
    }
}

fn order(answer: &Value) -> String {
    let mut lines = vec![format!("takes effect at {}", text(&answer["effective"]))];
    let names = |key: &str| answer[key].as_array().cloned().unwrap_or_default();
    lines.extend(names("ended").iter().map(|id| format!("ends {}", text(id))));
    match answer["drifts"].as_array() {
        Some(drifts) => lines.extend(drifts.iter().map(|view| format!("starts {}", line(view)))),
        None => lines.extend(names("started").iter().map(|id| format!("starts {}", text(id)))),
    }
    lines.join("\n") + "\n"
}

fn list(answer: &Value) -> String {
    let drifts = answer["drifts"].as_array().cloned().unwrap_or_default();
    let mut lines = vec![format!("at {}: {} drifts", text(&answer["virtual_now"]), drifts.len())];
    lines.extend(drifts.iter().map(|view| format!("{:<9}  {}", text(&view["state"]), line(view))));
    lines.join("\n") + "\n"
}

/// A drift in one line.
fn line(view: &Value) -> String {
    let field = |key: &str| text(&view[key]);
    let instant = |key: &str| field(key).chars().take("2026-01-01T00:00".len()).collect::<String>();
    let mut line = format!(
        "{}: {} {} -> {}, {}, begins {}, half-way {}",
        field("drift_id"),
        field("key"),
        field("from"),
        field("to"),
        field("kind"),
        instant("begins"),
        instant("centre"),
    );
    for key in ["region", "persona"].into_iter().filter(|key| !view[*key].is_null()) {
        line.push_str(&format!(", {key} {}", field(key)));
    }
    if view["share"].as_f64().is_some_and(|share| share < 1.0) {
        line.push_str(&format!(", share {}", field("share")));
    }
    if !view["until"].is_null() {
        line.push_str(&format!(", until {}", instant("until")));
    }
    line
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
