//! `populace cases` and `populace inspect campaign`: the campaigns of fraud as they were planned, the ground truth behind
//! labels. The plan follows from the scenario alone, so a world that runs is asked for nothing else.

use crate::cli::CasesRequest;
use crate::control::{Request, connect};
use crate::inject::town_of;
use crate::inspect::socket_error;
use crate::run::{RunError, StoredWorld};
use populace_sim::{Campaign, Town, campaigns_in};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// Answers `populace cases` on standard output.
///
/// # Errors
/// Where there is no world.
pub fn cases(request: &CasesRequest) -> Result<(), RunError> {
    let town = town(&request.data_dir)?;
    let from = request.from.max(town.start());
    if from >= request.to {
        return Err(RunError::Answer("--to lies before the world's beginning: give a later one".into()));
    }
    let of_region = |local| campaigns_in(&town, local, from, request.to).into_iter().map(move |one| (one, local));
    let mut all: Vec<_> = town.localities().iter().flat_map(of_region).collect();
    all.sort_by_key(|(campaign, _)| campaign.start);
    let views = all.iter().map(|(campaign, local)| campaign.view(&town, local));
    if request.json {
        views.for_each(|view| println!("{view}"));
    } else {
        println!("{}", row(&HEAD.map(str::to_owned)));
        views.for_each(|view| println!("{}", row(&cells(&view))));
    }
    Ok(())
}

/// What is planned for one campaign.
///
/// # Errors
/// Where there is no world, or no campaign of this name in its plan.
pub(crate) fn campaign(data_dir: &Path, id: &str) -> Result<Value, RunError> {
    let town = town(data_dir)?;
    let (local, campaign) = Campaign::find(&town, id).ok_or_else(|| {
        let what = format!("there is no campaign {id:?} in this world's plan");
        RunError::Answer(format!("{what}: `populace cases` lists them; injected ones are in the log of commands"))
    })?;
    Ok(campaign.view(&town, local))
}

/// The town of a world, running or not.
fn town(data_dir: &Path) -> Result<Arc<Town>, RunError> {
    match connect(data_dir).map_err(|e| socket_error(data_dir, e))? {
        Some(mut client) => Ok(Arc::new(town_of(&client.ask(&Request::Scenario)?)?)),
        None => StoredWorld::open(data_dir)?.town(),
    }
}

const HEAD: [&str; 7] = ["campaign", "kind", "region", "first act", "victims", "operator", "generation"];
const WIDTHS: [usize; 7] = [36, 16, 12, 19, 7, 10, 10];

fn row(cells: &[String; 7]) -> String {
    let padded = cells.iter().zip(WIDTHS).map(|(cell, width)| format!("{cell:<width$}"));
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

fn cells(view: &Value) -> [String; 7] {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let first = text(&view["first_act"]);
    [
        text(&view["campaign_id"]),
        text(&view["kind"]),
        text(&view["region"]),
        first.get(..19).unwrap_or(&first).replace('T', " "),
        text(&view["victims"]),
        text(&view["operator"]["id"]),
        text(&view["operator"]["generation"]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_stand_under_their_heads() {
        let view = json!({"campaign_id": "0".repeat(36), "kind": "mule-ring", "region": "houston",
            "first_act": "2026-01-03T04:05:06.000001+00:00", "victims": 7, "operator": {"id": 45, "generation": 2}});
        let (head, line) = (row(&HEAD.map(str::to_owned)), row(&cells(&view)));
        for (name, cell) in [("kind", "mule-ring"), ("first act", "2026-01-03 04:05:06"), ("generation", "2")] {
            let at = head.find(name).expect("a head");
            assert!(line[at..].starts_with(cell), "{line}");
        }
    }
}
