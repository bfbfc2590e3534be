//! The status of a run: its phase, counts, clock, checkpoints, the connectivity of its sink, and the latest records. The
//! threads of the run write it, the faces read it, and neither waits for the other. Must not depend on: sinks, the run
//! loop, faces.

mod connectivity;
mod delivery;
mod histogram;
mod published;
mod report;
mod run_status;
mod tail;
mod watches;

pub use connectivity::Connectivity;
pub use delivery::{Point, Shortfall};
pub use histogram::{BOUNDS, Histogram, HistogramSnapshot};
pub use published::PublishedCounts;
pub use report::{ForkOriginReport, by_topic};
pub use run_status::{CompletedCheckpoint, ForkOrigin, RunFacts, RunPhase, RunStatus, ShownClock};
pub use tail::{Sampler, Tail, TailRecord};
pub use watches::{Watched, Watches};
