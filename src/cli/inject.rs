//! `populace inject`: an injection into a world, running or not, and its answer.

use super::refusals::failure;
use super::requests::{Form, InjectRequest};
use super::running::Running;
use crate::control::Request;
use crate::ops::inject::{InjectReport, into_stopped};
use crate::output::acknowledge;
use crate::run::StoredWorld;

/// Carries out `populace inject`.
pub(super) fn inject(request: &InjectRequest) -> anyhow::Result<()> {
    let InjectRequest { injection, when, .. } = request;
    let report = match Running::connect(&request.data_dir)? {
        Some(mut running) => {
            let request = Request::Inject { injection: injection.clone(), when: *when };
            running.ask_for(&request, "answer")?
        }
        None => into_stopped(&StoredWorld::open(&request.data_dir)?, injection, *when).map_err(failure)?,
    };
    acknowledge(&match request.form {
        Form::Json => serde_json::to_string(&report)? + "\n",
        Form::Text => lines(&report),
    });
    Ok(())
}

fn lines(report: &InjectReport) -> String {
    let mut lines = format!("takes effect at {}\n", report.effective);
    for (name, value) in [("begins at", &report.begins), ("campaign", &report.campaign_id)] {
        lines.extend(value.iter().map(|value| format!("{name} {value}\n")));
    }
    lines
}
