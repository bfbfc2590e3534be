//! `populace inspect`: the views of people, drivers and campaigns, as text or JSON.

use super::campaigns::world_campaigns;
use super::refusals::{failure, refusal};
use super::requests::{Form, InspectRequest, Inspected};
use super::running::Running;
use crate::control::{Request, Whom};
use crate::ops::campaigns::{self, KnownCampaigns};
use crate::ops::inspect::{sample_stopped, stopped, stopped_at};
use crate::output::{print, to_json};
use crate::run::StoredWorld;
use populace_sim::CampaignView;
use serde_json::Value;
use std::path::Path;

/// Carries out `populace inspect`.
pub(super) fn inspect(request: &InspectRequest) -> anyhow::Result<()> {
    let dir = &request.data_dir;
    let views = match &request.what {
        Inspected::Campaign(id) => vec![to_json(&campaign(dir, id)?)],
        Inspected::One(target) => match Running::connect(dir)? {
            Some(running) => ask(running, target.clone().into(), None)?,
            None => vec![to_json(&stopped(&StoredWorld::look(dir)?, target).map_err(failure)?)],
        },
        Inspected::Past { target, at } => match Running::connect(dir)? {
            Some(running) => ask(running, target.clone().into(), Some(at.clone()))?,
            None => vec![to_json(&stopped_at(&StoredWorld::look(dir)?, target, at).map_err(failure)?)],
        },
        Inspected::Sample(sample) => match Running::connect(dir)? {
            Some(running) => ask(running, (*sample).into(), None)?,
            None => {
                let views = sample_stopped(&StoredWorld::look(dir)?, *sample).map_err(failure)?;
                views.iter().map(to_json).collect()
            }
        },
    };
    let shown = |view: &Value| match request.form {
        Form::Json => format!("{view}\n"),
        Form::Text => readable(view),
    };
    Ok(print(&views.iter().map(shown).collect::<String>())?)
}

fn campaign(data_dir: &Path, id: &str) -> anyhow::Result<CampaignView> {
    let (town, commands) = world_campaigns(data_dir)?;
    let known = KnownCampaigns { town: &town, commands: &commands };
    campaigns::find(&known, id).map_err(|error| refusal(&error.into()))
}

fn ask(mut running: Running, target: Whom, at: Option<String>) -> anyhow::Result<Vec<Value>> {
    let answer = running.ask(&Request::Inspect { target, at })?;
    Ok(if let Value::Array(all) = answer { all } else { vec![answer] })
}

/// Returns a view as indented lines, with a blank line after it.
fn readable(view: &Value) -> String {
    let mut text = String::new();
    write_value(view, 0, &mut text);
    text.push('\n');
    text
}

fn write_value(value: &Value, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                text.push_str(&format!("{indent}{name}:"));
                write_inner(inner, depth, text);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| {
            text.push_str(&format!("{indent}-"));
            write_inner(item, depth, text);
        }),
        other => text.push_str(&format!("{indent}{}\n", plain(other))),
    }
}

/// Writes a value after its name: on the same line unless it contains further objects.
fn write_inner(value: &Value, depth: usize, text: &mut String) {
    match flat(value) {
        Some(line) => text.push_str(&format!(" {line}\n")),
        None => {
            text.push('\n');
            write_value(value, depth + 1, text);
        }
    }
}

fn flat(value: &Value) -> Option<String> {
    let leaf = |value: &Value| !value.is_object() && !value.is_array();
    match value {
        Value::Object(fields) if fields.values().all(leaf) && fields.len() <= 8 => {
            Some(fields.iter().map(|(name, value)| format!("{name} {}", plain(value))).collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) if items.iter().all(leaf) => Some(items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        other => leaf(other).then(|| plain(other)),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".into(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn views_read_as_lines() {
        let view = json!({"user_id": "u", "home": {"lat": 1.5, "lon": 2}, "acts": [{"a": 1}, {"a": null}], "tags": ["x", "y"]});
        let expected = "user_id: u\nhome: lat 1.5, lon 2\nacts:\n  - a 1\n  - a -\ntags: x, y\n\n";
        assert_eq!(readable(&view), expected);
    }
}
