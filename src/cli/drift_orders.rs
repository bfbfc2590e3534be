//! `populace drift`: lists, starts and stops drifts of a world, running or not, and prints the answer.

use super::refusals::failure;
use super::requests::{DriftAction, DriftRequest, Form};
use super::running::Running;
use crate::control::Request;
use crate::ops::drifts::{self, DriftOrderReport, DriftsReport};
use crate::output::{acknowledge, print};
use crate::run::StoredWorld;
use serde_json::Value;

/// Carries out `populace drift`.
pub(super) fn drift(request: &DriftRequest) -> anyhow::Result<()> {
    let running = Running::connect(&request.data_dir)?;
    let report = match (&request.action, running) {
        (DriftAction::List, running) => return list(request, running),
        (DriftAction::Start(start), Some(mut running)) => {
            running.ask_for(&Request::DriftStart { start: start.clone() }, "answer")?
        }
        (DriftAction::Stop(ids), Some(mut running)) => {
            running.ask_for(&Request::DriftStop { ids: ids.clone() }, "answer")?
        }
        (DriftAction::Start(start), None) => {
            let world = StoredWorld::open(&request.data_dir)?;
            drifts::order_into_stopped(&world, |rules, at| drifts::start(rules, start, at)).map_err(failure)?
        }
        (DriftAction::Stop(ids), None) => {
            let world = StoredWorld::open(&request.data_dir)?;
            drifts::order_into_stopped(&world, |rules, at| drifts::stop(rules, ids, at)).map_err(failure)?
        }
    };
    acknowledge(&match request.form {
        Form::Json => serde_json::to_string(&report)? + "\n",
        Form::Text => order_lines(&report),
    });
    Ok(())
}

fn list(request: &DriftRequest, running: Option<Running>) -> anyhow::Result<()> {
    let report = match running {
        Some(mut running) => running.ask_for(&Request::Drifts, "drifts")?,
        None => drifts::list_stopped(&StoredWorld::look(&request.data_dir)?).map_err(failure)?,
    };
    Ok(print(&match request.form {
        Form::Json => serde_json::to_string(&report)? + "\n",
        Form::Text => list_lines(&report),
    })?)
}

fn order_lines(report: &DriftOrderReport) -> String {
    let mut lines = vec![format!("takes effect at {}", report.effective)];
    lines.extend(report.ended.iter().map(|id| format!("ends {id}")));
    match &report.drifts {
        Some(drifts) => lines.extend(drifts.iter().map(|view| format!("starts {}", line(view)))),
        None => lines.extend(report.started.iter().map(|id| format!("starts {id}"))),
    }
    lines.join("\n") + "\n"
}

fn list_lines(report: &DriftsReport) -> String {
    let mut lines = vec![format!("at {}: {} drifts", report.virtual_now, report.drifts.len())];
    lines.extend(report.drifts.iter().map(|view| format!("{:<9}  {}", text(&view["state"]), line(view))));
    lines.join("\n") + "\n"
}

/// Returns a drift in one line.
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
