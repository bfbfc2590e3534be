//! populace: a daemon that keeps a synthetic town alive and streams what its people do as labelled events.
//!
//! This page is the architecture: what lives where, what passes between the rooms, and what must stay true. The user's
//! manual is the README; every key of a scenario is in `scenarios/default.toml`.
//!
//! # Bird's-eye view
//! A *world* is made once from a *scenario* and a *seed*. Its *people* have accounts, carts and rides, its *drivers*
//! shifts and vehicles; all of them live on a virtual clock in integer microseconds. The world is cut into *shards*
//! that never talk to each other while they run. The run loop asks every shard to run to the same instant (a
//! *window*), merges what they emitted into one order, and hands it to a *sink*. Now and then it saves everything (a
//! *checkpoint*). After a crash it loads the last checkpoint and lives again, byte for byte, what came after it.
//!
//! # The rooms
//! | where | what lives there | what it must not know |
//! |---|---|---|
//! | `sim/` (populace-sim) | the world and its rules: `engine` (time, random numbers, queue, identifiers, batches), `region`, `person`, `bank`, `rides`, `shop`, `fraud`, `record` (fields, encoder, schema), `scenario`, `town` (what is fixed), `shard` (what moves) | files, clocks, threads, sled, sinks |
//! | `state/` (populace-state) | bytes in sled: blocks, checkpoints, identity, the command log, settings | any rule of the world |
//! | `src/cli`, `src/config` | the command line; default < file < environment < flags, made into one [`RunPlan`] | how a world runs |
//! | `src/run` | start-up decision, window loop (`conductor`), simulating threads (`pool`), merging and publishing (`publisher`), saving (`checkpoint`), commands | rules of the world |
//! | `src/sink` | files, standard output, nothing | checkpoints, clocks |
//! | `src/pace` | how virtual time follows wall time | order: no pace changes a byte |
//! | `src/control`, `src/live` | the socket of a running world; what readers see of it | the shards' own memory |
//! | `src/realism` | what was emitted against published figures: rows, checks with their bands, table and page | how a world comes about |
//! | `src/verify`, `src/inspect`, `src/inject`, `src/schema` | the other commands | each other |
//!
//! sim and state do not know each other; a test asks `cargo tree`, and `sim/clippy.toml` bans clocks, hash-ordered
//! maps, files, environment and threads by name.
//!
//! # The life of an event
//! 1. A shard pops the least entry of its queue; the person or driver acts, plans the next act of that process
//!    (strictly later: an assertion), and is marked dirty. A visible act becomes a value such as a
//!    [`populace_sim::Transaction`], encoded there and then by the topic's plan into the shard's batch.
//! 2. At the window's end the batches of all shards are merged by (time, entity, process, act) and counted into the
//!    chained digest of their stream, while the shards run the next window.
//! 3. The sink takes the records. For files, what lies there already is compared and not written again.
//! 4. A checkpoint packs the dirty blocks in the simulating threads, waits until the sink is durable up to the same
//!    instant, and flips the head in sled: so the checkpoint is never ahead of the sink.
//!
//! # What must stay true
//! - Same seed, rules and commands: same bytes, whatever the threads, windows, checkpoints, pace, sink and crashes.
//! - A random number belongs to (seed, entity, purpose, act); an act added to one life moves no other.
//! - Nothing pending is kept outside the entities: the queue is rebuilt from them on load, so a saved world and a
//!   running one go on alike.
//! - Logarithms, exponentials and trigonometry go through `libm`; golden digests are equal on gnu and musl.
//! - An entity's pending acts change only in its own act, in the shard's desk (campaigns of the day), when a driver is
//!   taken, or by a command at a window boundary.
//! - Whatever changes emitted bytes raises [`populace_sim::RULES_VERSION`]; whatever changes saved bytes raises the
//!   format of the blocks.
//!
//! # Where the code differs from the first design, and why
//! - The queue holds one entry for each person, not one for each process: the eight pending instants of a person fill
//!   one cache line, and the queue stays small enough for the second-level cache.
//! - Arrivals are drawn by inverting the expected mass of local days instead of thinning: no draw is wasted, and an hour
//!   that daylight saving skips or repeats comes out right by construction.
//! - `--events N` counts from the start of the world, so that the same command after a kill gives exactly N.
//! - Favourites, subscriptions and identifiers are computed from (seed, person), never stored.

mod cli;
mod config;
mod control;
mod crash;
mod error;
mod inject;
mod inspect;
mod live;
mod pace;
mod progress;
mod realism;
mod run;
mod schema;
mod sink;
mod verify;

pub use cli::*;
pub use config::*;
pub use crash::CRASH_POINTS;
pub use error::{Complaint, UsageError};
pub use run::RunError;
