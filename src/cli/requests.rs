//! The requests of the commands that ask or order something of a world, with how to print the answer.

use crate::ops::drifts::DriftStart;
use crate::ops::inject::{Injection, When};
use crate::ops::inspect::{Sample, Target};
use crate::run::ForkChanges;
use populace_sim::VirtualTime;
use std::path::PathBuf;

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Text for people.
    Text,
    /// JSON.
    Json,
}

impl Form {
    /// Returns the form for `--json`.
    pub(super) fn json_if(json: bool) -> Self {
        if json { Form::Json } else { Form::Text }
    }
}

/// `populace inspect`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct InspectRequest {
    /// The data directory of the world, running or not.
    pub(super) data_dir: PathBuf,
    /// What to show.
    pub(super) what: Inspected,
    /// One JSON object per line, or text.
    pub(super) form: Form,
}

/// What `populace inspect` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inspected {
    /// One person or driver.
    One(Target),
    /// A sample.
    Sample(Sample),
    /// A campaign by its UUID.
    Campaign(String),
}

/// `populace cases`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CampaignsRequest {
    /// The data directory of the world, running or not.
    pub(super) data_dir: PathBuf,
    /// Campaigns that begin from here on.
    pub(super) from: VirtualTime,
    /// And before here.
    pub(super) to: VirtualTime,
    /// One JSON object per line, or a table.
    pub(super) form: Form,
}

/// `populace inject`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct InjectRequest {
    /// The data directory of the world, running or not.
    pub(super) data_dir: PathBuf,
    /// The injection.
    pub(super) injection: Injection,
    /// When it begins.
    pub(super) when: When,
    /// The form of the answer.
    pub(super) form: Form,
}

/// `populace fork`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ForkRequest {
    /// The data directory of the world that is forked, running or not.
    pub(super) data_dir: PathBuf,
    /// The data directory of the new world: absent or empty.
    pub(super) to: PathBuf,
    /// How the new world differs.
    pub(super) changes: ForkChanges,
    /// The form of the answer.
    pub(super) form: Form,
}

/// `populace drift`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DriftRequest {
    /// The data directory of the world, running or not.
    pub(super) data_dir: PathBuf,
    /// What to do.
    pub(super) action: DriftAction,
    /// The form of the answer.
    pub(super) form: Form,
}

/// What `populace drift` does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum DriftAction {
    /// List all drifts.
    List,
    /// Start drifts.
    Start(DriftStart),
    /// Stop the drifts of these names.
    Stop(Vec<String>),
}
