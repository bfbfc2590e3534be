//! `populace cases`: the campaigns of a world, as a table or JSON.

use super::requests::{CampaignsRequest, Form};
use super::running::Running;
use crate::UsageError;
use crate::ops::campaigns::KnownCampaigns;
use crate::output::{print, to_json};
use crate::run::{LoggedCommand, StoredWorld, logged_commands};
use populace_sim::Town;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// Carries out `populace cases`.
pub(super) fn campaigns(request: &CampaignsRequest) -> anyhow::Result<()> {
    let (town, commands) = world_campaigns(&request.data_dir)?;
    let known = KnownCampaigns { town: &town, commands: &commands };
    let from = request.from.max(town.start());
    if from >= request.to {
        let error = UsageError::new("--to is before the start of the world");
        return Err(error.help("give a later one").into());
    }
    let views = known.between(from, request.to).into_iter().map(|one| to_json(&one.view(&town)));
    let lines: String = match request.form {
        Form::Json => views.map(|view| format!("{view}\n")).collect(),
        Form::Text => {
            let head = row(&HEAD.map(str::to_owned));
            std::iter::once(head).chain(views.map(|view| row(&cells(&view)))).map(|line| line + "\n").collect()
        }
    };
    Ok(print(&lines)?)
}

/// Returns the town and the command log of a world, running or not.
pub(super) fn world_campaigns(data_dir: &Path) -> anyhow::Result<(Arc<Town>, Vec<LoggedCommand>)> {
    let Some(mut running) = Running::connect(data_dir)? else {
        let world = StoredWorld::look(data_dir)?;
        return Ok((world.town()?, logged_commands(&world.store)?));
    };
    Ok((Arc::new(running.town()?), running.commands()?))
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
