//! The lower half of fraud: campaigns, operators and episodes as state, the bank's controls and labels as laws, and the
//! expected rates of campaigns.
//! Must not depend on: `person`, `town`, `scene`, `outlet`.

pub(crate) mod campaign;
pub(crate) mod controls;
pub(crate) mod episode;
pub(crate) mod labels;
pub(crate) mod operator;
pub(crate) mod parameters;
pub(crate) mod rates;
pub(crate) mod reports;
pub(crate) mod scheduled;
pub(crate) mod upcoming;
