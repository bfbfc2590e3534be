//! The reasons why a request is refused: typed, so that each face words them in its own terms.

use super::campaigns::CampaignError;
use super::drifts::DriftOrderError;
use super::inject::InjectError;
use super::inspect::InspectError;
use super::pagination::PageError;
use super::reason::Reason;
use crate::pace::PaceError;
use crate::run::{ForkError, LoopError};
use serde::{Deserialize, Serialize};

/// The reason why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum RequestError {
    /// An injection is not possible.
    #[error(transparent)]
    Inject(#[from] InjectError),
    /// Drifts cannot be started or stopped.
    #[error(transparent)]
    Drift(#[from] DriftOrderError),
    /// There is no entity to inspect.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// A page cannot be listed.
    #[error(transparent)]
    Page(#[from] PageError),
    /// Campaigns cannot be listed.
    #[error(transparent)]
    Campaign(#[from] CampaignError),
    /// A speed or rate is invalid.
    #[error(transparent)]
    Pace(#[from] PaceError),
    /// The run loop refuses.
    #[error(transparent)]
    Loop(#[from] LoopError),
    /// The run has not begun.
    #[error("starting up; retry shortly")]
    Starting,
    /// The run ended.
    #[error("the run ended before it answered")]
    Ended,
    /// The answer failed.
    #[error("the answer failed: this is a bug in populace")]
    Failed,
    /// The request does not have the form of the control socket, or its answer could not be read.
    #[error("{0}")]
    Protocol(String),
    /// The connection failed, or was refused.
    #[error("{0}")]
    Connection(String),
    /// A world of another release refused; this release knows only the text.
    #[error("{why}")]
    Worded {
        /// The kind of refusal.
        reason: Reason,
        /// The text of the refusal.
        why: String,
    },
}

impl RequestError {
    /// Returns the kind of the refusal.
    pub fn reason(&self) -> Reason {
        match self {
            RequestError::Inject(error) => error.reason(),
            RequestError::Drift(error) => error.reason(),
            RequestError::Inspect(error) => error.reason(),
            RequestError::Page(PageError::Region(_)) | RequestError::Campaign(_) => Reason::Unknown,
            RequestError::Loop(LoopError::DiskFull(_)) => Reason::Full,
            RequestError::Loop(LoopError::Fork(ForkError::Changes(_)))
            | RequestError::Page(_)
            | RequestError::Pace(_)
            | RequestError::Protocol(_) => Reason::Unfit,
            RequestError::Loop(_)
            | RequestError::Starting
            | RequestError::Ended
            | RequestError::Failed
            | RequestError::Connection(_) => Reason::Busy,
            RequestError::Worded { reason, .. } => *reason,
        }
    }
}

impl From<ForkError> for RequestError {
    fn from(error: ForkError) -> Self {
        RequestError::Loop(LoopError::Fork(error))
    }
}
