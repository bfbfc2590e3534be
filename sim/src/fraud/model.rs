//! The lower half of fraud: operators, the bank's controls and reports as laws, and the expected rates of campaigns.
//! Must not depend on: `person`, `town`, `scene`, `outlet`.

pub(super) mod controls;
pub(super) mod labels;
pub(super) mod operator;
