//! `populace cases` and `populace inspect campaign`: the campaigns of fraud as they were planned or asked for, the ground
//! truth behind labels. The plan follows from the scenario; the rest is in the log of commands.

mod known;

use crate::cli::CasesRequest;
use crate::control::{Request, connect};
use crate::ops::inject::town_of;
use crate::ops::inspect::socket_error;
use crate::output::{print, to_json};
use crate::run::{RunError, StoredWorld, logged_commands};
use populace_sim::{Campaign, CampaignView, Town};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

pub(crate) use known::{Case, Known, Logged};

/// Answers `populace cases` on standard output.
///
/// # Errors
/// Where there is no world.
pub fn cases(request: &CasesRequest) -> Result<(), RunError> {
    let (town, commands) = read(&request.data_dir)?;
    let known = Known { town: &town, commands: &commands };
    let from = request.from.max(town.start());
    if from >= request.to {
        return Err(RunError::Answer("--to lies before the world's beginning: give a later one".into()));
    }
    let views = known.between(from, request.to).into_iter().map(|case| case.view(&town));
    let lines: String = if request.json {
        views.map(|view| format!("{view}\n")).collect()
    } else {
        let head = row(&HEAD.map(str::to_owned));
        std::iter::once(head).chain(views.map(|view| row(&cells(&view)))).map(|line| line + "\n").collect()
    };
    Ok(print(&lines)?)
}

/// What is planned for one campaign, or what a command asked for.
///
/// # Errors
/// Where there is no world, or no campaign of this name in it.
pub(crate) fn campaign(data_dir: &Path, id: &str) -> Result<Value, RunError> {
    let (town, commands) = read(data_dir)?;
    if let Some((local, campaign)) = Campaign::find(&town, id) {
        return Ok(to_json(&CampaignView::new(&town, local, &campaign)));
    }
    let known = Known { town: &town, commands: &commands };
    let given = known.of_commands().map(|case| case.view(&town));
    let is_it = |view: &Value| view["campaign_id"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(id));
    given.into_iter().find(is_it).ok_or_else(|| {
        RunError::Answer(format!("there is no campaign {id:?} in this world: `populace cases` lists them"))
    })
}

/// The town and the log of a world, running or not.
fn read(data_dir: &Path) -> Result<(Arc<Town>, Vec<Logged>), RunError> {
    let Some(mut client) = connect(data_dir).map_err(|e| socket_error(data_dir, e))? else {
        let world = StoredWorld::look(data_dir)?;
        return Ok((world.town()?, logged_commands(&world.store)?));
    };
    let town = town_of(&client.ask(&Request::Scenario)?)?;
    let commands = serde_json::from_value(client.ask(&Request::Commands)?);
    let commands = commands.map_err(|e| RunError::Answer(format!("the world's commands cannot be read: {e}")))?;
    Ok((Arc::new(town), commands))
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
