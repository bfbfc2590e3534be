//! The requests of the commands that read or change a world, with the form in which the answer is printed.

use crate::ops::drifts::DriftStart;
use crate::ops::inject::{Injection, When};
use crate::ops::inspect::{Sample, Target};
use crate::ops::tables::TablesRequest;
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
    /// The entities or the campaign to show.
    pub(super) what: Inspected,
    /// The form of the answer: one JSON object per line, or text.
    pub(super) form: Form,
}

/// The entities or the campaign that `populace inspect` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inspected {
    /// One person or driver.
    One(Target),
    /// One person or driver at a past instant.
    Past {
        /// The person or driver.
        target: Target,
        /// The instant; a relative one counts from the world's present.
        at: String,
    },
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
    /// The instant from which campaigns begin.
    pub(super) from: VirtualTime,
    /// The instant before which campaigns begin.
    pub(super) to: VirtualTime,
    /// The form of the answer: one JSON object per line, or a table.
    pub(super) form: Form,
}

/// `populace inject`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct InjectRequest {
    /// The data directory of the world, running or not.
    pub(super) data_dir: PathBuf,
    /// The injection.
    pub(super) injection: Injection,
    /// The instant at which it begins.
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
    /// The changes in the new world.
    pub(super) changes: ForkChanges,
    /// The form of the answer.
    pub(super) form: Form,
}

/// `populace export tables`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ExportRequest {
    /// The data directory of the world, which must not run.
    pub(super) data_dir: PathBuf,
    /// The tables.
    pub(super) tables: TablesRequest,
    /// The folder of the files; None for standard output.
    pub(super) out: Option<PathBuf>,
}

/// `populace drift`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DriftRequest {
    /// The data directory of the world, running or not.
    pub(super) data_dir: PathBuf,
    /// The action.
    pub(super) action: DriftAction,
    /// The form of the answer.
    pub(super) form: Form,
}

/// The action of `populace drift`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum DriftAction {
    /// List all drifts.
    List,
    /// Start drifts.
    Start(DriftStart),
    /// Stop the drifts of these names.
    Stop(Vec<String>),
}
