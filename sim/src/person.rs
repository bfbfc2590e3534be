//! A person: profile, plans, and the state that each domain keeps of them.
//! Must not depend on: `town`, `scene`, or the behaviour of the domains.

mod changes;
mod journey;
mod network;
mod process;
mod profile;
mod routine;
mod rules;
mod season;
mod state;
mod tenancy;
mod turns;

pub use changes::Changes;
pub(crate) use process::PROCESSES;
pub use process::Process;
pub use profile::{Profile, Wallet};
pub(crate) use routine::Routine;
pub(crate) use rules::{EntityMoment, PersonRules};
pub use state::Person;
pub use tenancy::Tenancy;
