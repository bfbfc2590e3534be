//! populace: a daemon that keeps a synthetic town alive and streams what its people do as labelled events.
//!
//! # As a library
//! The world runs inside any program, without files, threads, brokers or clocks: build it from a scenario, step it, and
//! take the events as values. The same seed and rules give the same events, whatever the steps.
//!
//! ```
//! use populace::sim::{Event, Layers, Span, Transaction, VirtualTime, World};
//!
//! /// Any sink of one's own.
//! #[derive(Default)]
//! struct Alerts {
//!     seen: u64,
//!     frauds: u64,
//!     large: Vec<Transaction>,
//! }
//!
//! impl Alerts {
//!     fn take(&mut self, event: Event) {
//!         self.seen += 1;
//!         match event {
//!             Event::Transaction(made) => {
//!                 self.frauds += u64::from(made.fraud.is_some());
//!                 if made.amount.minor > 300_000 {
//!                     self.large.push(made);
//!                 }
//!             }
//!             Event::Trip(trip) => assert!(trip.actual_seconds >= 60),
//!             Event::Interaction(_) => {}
//!             // Streams that a scenario switches on, which this one does not, and those of later releases.
//!             _ => {}
//!         }
//!     }
//! }
//!
//! // A scenario as for `--scenario`: what it leaves out is as in scenarios/default.toml.
//! let mut layers = Layers::new();
//! layers.file("mine.toml", "[world]\npeople = 300\nseed = 7\nstart = \"2026-03-01\"\n[bank.fraud]\nrate = 0.02");
//! let scenario = layers.resolve(VirtualTime::from_seconds(0))?.scenario;
//!
//! let (mut world, mut alerts) = (World::new(&scenario)?, Alerts::default());
//! for _day in 0..30 {
//!     // Each step hands over its events in their one order: by time, then whose they are.
//!     world.run_until(world.now() + Span::from_days(1), |event| alerts.take(event));
//! }
//! assert!(alerts.seen > 10_000 && alerts.frauds > 0 && !alerts.large.is_empty());
//! assert!(alerts.large.iter().all(|made| made.amount.currency.code() == "USD"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`wire::Encoders`] encodes an event into the record that the daemon sends; [`sim::World::inject`] injects. Fraud comes
//! in campaigns, so a few dozen events need not hold exactly their share of it.
//!
//! # The architecture
//! This text says where everything lives, what passes between the rooms, and which invariants hold. The user's manual is the
//! README; `scenarios/default.toml` documents every key of a scenario; `docs/glossary.md` defines the words.
//!
//! ## Bird's-eye view
//! A *world* is created once from a *scenario* and a *seed*. Its *people* have accounts, carts and rides, its *drivers*
//! shifts and vehicles; all act on a virtual clock in integer microseconds. The world is divided into *shards* that never
//! communicate while they run. The run loop asks every shard to run to the same instant (a *window*), merges the records
//! into one order and gives them to a *sink*. At intervals it saves everything (a *checkpoint*). After a crash it loads the
//! last checkpoint and replays the records that followed it, byte for byte.
//!
//! ## Crates and rooms
//! Imports point down only, between rooms and inside of them. `tests/integration/house/rooms.rs` declares the order of the
//! rooms of every crate, and a test follows each import to the definition.
//!
//! | where | contents | must not depend on |
//! |---|---|---|
//! | `sim/` (populace-sim) | the world and its rules; gives events as typed values | files, clocks, threads, JSON, names of fields |
//! | `wire/` (populace-wire) | topics, fields, choice and renaming, schemas, encoders, batches, digests of records | files, network, the daemon |
//! | `lake/` (populace-lake) | rows of a topic as whole files: JSON lines, CSV, Avro, Parquet; the log of Delta tables | paths, clocks, threads, the daemon, rules of the world |
//! | `realism/` (populace-realism) | the comparison of records with published figures: checks, statistics, charts, page | how a world comes about, the daemon |
//! | `state/` (populace-state) | bytes in sled: blocks, checkpoints, identity, the command log, settings | any rule of the world |
//! | `src/` (populace) | the daemon: everything below | |
//!
//! The rooms of the daemon, from the top:
//!
//! | room | contents |
//! |---|---|
//! | `daemon` | the composition root: makes sink, run loop, control socket and HTTP server of a plan, and ends them in order |
//! | `cli`, `http`, `control` | the faces: they parse requests and print answers |
//! | `ops` | the operations on a world (inject, drifts, fork, inspect, campaigns, schema, realism): typed requests, validated once |
//! | `verify` | the comparison of topics with the world that wrote them |
//! | `run` | start-up and its decision (pure, with a table of tests), run loop, simulating threads, publisher, checkpoints, forks |
//! | `sink` | one folder a sink: Kafka, files, both together, standard output, nothing |
//! | `pace` | how virtual time follows wall time, and steps of the wall clock |
//! | `status` | the state of a run as readers see it: phase, counts, connectivity |
//! | `config` | default < file < environment < flags, made into one [`RunPlan`] |
//! | `output`, `paths` | text on standard output and standard error, which never panics; paths of any bytes in JSON |
//!
//! The rooms of the simulation are listed in the crate docs of [`populace_sim`]. `sim/clippy.toml` bans clocks,
//! hash-ordered maps, files, environment and threads by name.
//!
//! ## Start reading
//! - An event: `sim/src/shard.rs`, then the behaviour of a domain (`sim/src/bank/purchases.rs`), its numbers
//!   (`sim/src/bank/model/parameters.rs`) and its fields (`wire/src/topics`).
//! - A run: `src/daemon.rs`, `src/run/startup.rs`, `src/run/run_loop.rs`.
//! - Exactly once: `src/sink/kafka.rs` and `src/run/decision.rs`.
//!
//! ## The life of an event
//! 1. A shard pops the first entry of its queue (the memory of those in the next bucket is loaded meanwhile); the
//!    person or driver acts, plans the next act of that process (strictly later: an assertion), and is marked
//!    dirty. A visible act makes a value such as a [`populace_sim::Transaction`], which leaves through a
//!    [`populace_sim::Outlet`]. The outlet of the daemon encodes it at once into the batch of the shard; a program
//!    that uses the library takes the value.
//! 2. At the end of the window the batches of all shards are merged by (time, entity, process, act) and counted into the
//!    chained digest of their stream, while the shards run the next window.
//! 3. The sink takes the records. A replayed record is compared with the one that is there and not written again.
//! 4. A checkpoint packs the dirty blocks in the simulating threads, waits until the sink is durable up to the same
//!    instant, and replaces the head in sled: a checkpoint is never ahead of its sink.
//!
//! A scenario can leave out any stream: [`populace_sim::Town::has`] returns whether a world has it, and no event of a missing
//! stream is made (transactions are made if there are labels, which report on them). Values that are kept by stream (digests, positions, partitions, progress) leave
//! out the streams that a world does not have. A fact that becomes known late is emitted at its own instant, from the state of
//! the person or driver that it is about.
//!
//! ## Fields, formats and schemas
//! - A topic's event passes each field to a `ValueSerializer` (`wire/src/topics`); an encoding is one file over that trait
//!   (`wire/src/encode`) and one for its schema (`wire/src/schema`). JSON, Avro and Protobuf are compiled for each field; the
//!   fields of the contract, at the beginning of a choice, are written without a loop.
//! - `wire/src/chosen.rs` reads a choice of fields. A column's values come from a field of the event or from a constant.
//!   The Protobuf number of a field is its place in the topic's table, so fields are only ever appended there.
//! - `wire/src/decode` reads a record back into typed values, column by column, and refuses bytes that the encoder does not write.
//!   `lake` writes rows of these values: a file depends on its rows and its `Table` alone.
//! - The key of a record is the text that it has in JSON, in every format. The format is fixed when the world is created.
//! - Schemas are registered (`sink/kafka/registry`) at a start, before topics or a world are made. The id of a schema is
//!   added where records enter the open epoch (`sink/kafka/framing.rs`) and removed where they are read: ids differ by registry,
//!   so digests, progress and `verify` are over values without it. A run that goes on never asks the registry.
//!
//! ## Exactly once
//! The Kafka sink ends an *epoch* (by time, records or bytes) with one transaction that holds the records and one
//! *progress* record: the world, the writer, the attachment, the epoch, the instant that was reached, a count and a
//! chained digest of every partition, and the commands that had acted. The commit is the only commit point. Progress in the
//! compacted topic is the truth about the topics, because offsets and consumer groups expire.
//! - A start fences older producers (`init_transactions`), reads the progress K, compares it with the checkpoint C, and a pure
//!   function decides: continue, replay from C to K without sending (the digests must agree at K), attach, or refuse with a
//!   reason.
//! - C is never ahead of K: a checkpoint follows committed progress at exactly its instant.
//! - Every failure, of known or unknown outcome, has one recovery: drop the producer, read the claim, fence, read the
//!   progress, and either drop the epoch (it was committed) or send it again. The records of an epoch are kept until the
//!   outcome of its commit is known, which bounds the records in flight.
//! - A producer is fenced for two reasons, which only the progress distinguishes: another instance claimed the topics, and
//!   this process ends with its name; or the process paused longer than the transaction timeout, and continues. The claim is
//!   read before an instance fences, otherwise two instances would fence each other for ever.
//! - A permanent fault (`sink::kafka::rejection`) ends the run. A transient fault is retried, with pauses that grow until a
//!   commit succeeds. The client library fails records because of other records and reports those first: such codes are not
//!   taken for the cause. The exit code is 0 only if `sink::kafka::balance` finds every simulated record delivered.
//! - While the broker is unreachable the publishing thread waits, two windows wait before it, and the run loop starts no
//!   further window but handles requests: the virtual clock stands still. `status::Connectivity` is what both see.
//! - The digest of a partition is over key, milliseconds and value, which every reader sees. `verify` computes it from the
//!   topics alone, and replays the world to compare record by record only where records were deleted or differ.
//! - Offsets are never given twice: a partition that ends before the number of records in its progress was made again, and
//!   one that lacks more records at its beginning than its first offset accounts for lost them. An empty topic is no success.
//! - Each topic setting that decides about records is stated when the topic is made, and read back: no default of the broker
//!   counts, and a topic that was just made is judged like one that existed.
//! - Lost progress is rebuilt (`verify --rebuild-progress`) from the topics and the world: the world's lock is held, the claim
//!   is read, earlier producers are fenced, and then the topics are read. They must hold the first records that the world makes
//!   in this attachment, in their one order; the last of them gives the instant, no earlier than the checkpoint. Progress that
//!   another process wrote meanwhile is never overwritten.
//!
//! An adopted scenario and a command that starts or stops drifts are commands like an injection: they are in the command log
//! before they act, at the instant of the sink, after a replay by the rules that made the records before. Pending acts whose
//! rules change are drawn again then.
//!
//! ## Several sinks
//! - `sink/several` is a sink of two parts, files and topics, each with its own position, claim, replay and promises. A start takes
//!   each step with both, and the world stands with them as with the one that is furthest behind; a replay goes up to the one
//!   that is ahead, and each part compares the records that it has.
//! - A *seam* divides the records between them: an instant, or the one at which the run first follows the clock. A window ends
//!   there. It is saved with the digests of all earlier records before any record behind it is sent, so every later run, and
//!   `verify`, divides the records in the same way.
//!
//! ## Topic folders
//! - One process at a time writes a folder (`sink/files`): it is locked before it is inspected, until the sink and its
//!   last mark are dropped. Readers take no lock.
//! - Each start claims the folder: a random instance goes into the store, then into the marker. A copy of the world whose
//!   claim the marker does not name is refused, unless it lies in the place of the named one or that one is gone: then it was
//!   restored, and the files are replayed and compared.
//! - The sizes of finished days (the manifest) are added once their files are durable and before the checkpoint that
//!   depends on them, so the manifest may be ahead of the checkpoint, and entries beyond it are ignored. A start checks each
//!   file once; a missing file was moved away.
//! - Formats that cannot grow are staged in `.staging` and converted by threads when their day or hour ends (`sink/files/whole`).
//!   A checkpoint's sync waits for the conversion of all that ended before it, renames, syncs and lists the files; only then is it
//!   committed. Staged days and files past their retention are removed after the commit, so a replay never needs them.
//! - A world without write permission is read from a copy of its store (`state/src/look.rs`), because sled writes on opening.
//!
//! ## Tables
//! - A row is emitted by the entity's own shard, in the act that changes it, or at the instant that the town and the profile give
//!   (an expired card, a price at midnight); the first shard of a region emits its merchants and products. Rows draw no random
//!   numbers, and the instants that no act has are not saved (`sim/src/shard/rows.rs`).
//! - A tombstone is a record whose [`populace_wire::Content`] says so: Kafka gets no value, lines of JSON get `"deleted": true`, and
//!   files of rows leave it out. Its value, key and time enter the digests like those of any record.
//! - `populace export tables` simulates all shards again to an instant, whether or not the world has the topics (`run/past_whole.rs`).
//!
//! ## Invariants
//! - Same seed, rules and commands: same bytes, for any number of threads, windows, checkpoints, pace, sink and crashes.
//! - A random number belongs to (seed, entity, purpose, act); an act added to one entity changes no other.
//! - Pending acts are kept in the entities only: the queue is rebuilt from them on load, so a saved world and a running one
//!   continue alike.
//! - Logarithms, exponentials and trigonometry use `libm`; golden digests are equal on gnu and musl.
//! - An entity's pending acts change only in its own act, in the shard's campaign scheduler, when a driver is taken, or by a
//!   command at a window boundary. A single transaction of a command waits in the scheduler for its instant, is no pending
//!   act of the person, and comes first at that instant.
//! - A change of emitted bytes raises [`populace_sim::RULES_VERSION`]; a change of saved bytes raises the format of the blocks.
//!
//! ## Bounds
//! - The size of a saved world depends on its people, not on its years. A block of an entity holds the last acts and totals; a
//!   former tenant leaves nothing behind once the bank has reported all of their transactions.
//! - Finished days are kept for topic files only (`run/ledger.rs`), for `verify`: 24 bytes a day and stream, and for days
//!   older than ten years one digest a page of 32 days.
//! - sled does not return disk space, so a checkpoint or a start replaces a store of three times its live size with a compact
//!   copy (`state/src/store/compact.rs`, `state/src/swap.rs`).
//! - The calendar ends with 2199 ([`populace_sim::CALENDAR_END`]), and every world with it. The tables of the time zones end
//!   with 2099; later years use the last rule of each zone.
//!
//! ## Where the code differs from the first design, and why
//! - The queue holds one entry for each person, not one for each process: the eight pending instants of a person fill
//!   one cache line, and the queue stays small enough for the second-level cache.
//! - Arrivals are drawn by inverting the expected mass of local days instead of thinning: no draw is wasted, and an hour
//!   that daylight saving skips or repeats is right by construction.
//! - `--events N` counts from the start of the world, so that the same command after a kill gives exactly N.
//! - Favourites, subscriptions and identifiers are computed from (seed, person), never stored; so are a person's busy and
//!   quiet months, journeys, the shares of merchants, and the opening and closing of accounts.
//!
//! ## Drift
//! - The `[[drift]]` blocks of a scenario are compiled once into a small table (`sim/src/drift`). Code that reads a rule asks
//!   for its value at an instant for an entity: the plain value in a world without drifts, after one branch. Entities store
//!   nothing about drifts; the concerned entities and the instants are drawn from the drift's name.
//! - A rate is constant between two changes, so an arrival is drawn at the current rate; one that falls behind the next
//!   change is drawn again from there, with random numbers of its own. A world therefore equals its twin without the drift
//!   until the drift begins, and nothing has to happen at that instant.
//! - A command that starts or stops drifts (`sim/src/drift/orders.rs`) makes the next scenario of the current one: blocks are
//!   added, and a stopped block gets an `until` and is never removed, so that answers about the past (a month's weather, the
//!   campaigns of a day) stay the same. The log keeps the command with its instant; replay and load apply it to the same
//!   scenario.
//! - After a change of drifts, only pending acts whose rates differ before their instant are drawn again
//!   (`Drifts::first_difference`), from there on, by draws of the command's number (`Shard::adopt`).
//! - The first shard announces drifts where the scenario has the stream. The instants follow from the town alone, so nothing
//!   is saved.
//! - The magnitude of a drift is estimated on a sample of the people, with the table that the simulation uses, once a
//!   world and when first requested. Calendar effects are read from the calendars of the regions.
//! - River judges on the files whether drift is real for a reader (`scripts/drift.py`, `tests/drift/check.py`): worlds with
//!   drifts against their twins without, on features relative to earlier ones, never with later data.
//! - Rules that are common to a region are evaluated for the region: campaigns by UTC day, rain and incidents by local day,
//!   because these are drawn by the day.
//!
//! ## Forks
//! - A fork is a copy of a checkpoint (`run/forking.rs`): the blocks, the command log and the version of the rules, with an
//!   identity and an attachment of its own, as of a world that continues in another sink: base and beginning are the
//!   checkpoint's. Changed rules are an entry of its log that waits for its first start, so a replay from birth covers the
//!   common past and the change.
//! - Names of topics are fixed at birth, so a prefix rewrites the scenario of birth and those in the log, and the hash over it.
//! - A running world makes the fork in its checkpointing thread (`run/run_loop/forks.rs`), right behind a checkpoint of that instant: no
//!   other thread writes blocks meanwhile, and the shards continue. sled locks its directory, and its files are never copied.
//! - A fork is written beside its place and renamed: it exists whole or not at all.
//!
//! ## Requests to a running world
//! - One request handler answers the socket and HTTP: from the run status, which the threads of the run write in passing,
//!   from the town, which never changes, or by a request to the run loop, which it reads between two windows. A profile is
//!   read through a watch that the end of the next window answers. No reader sees a shard that changes, and nothing is stored
//!   for readers. A page of many holds people and drivers in brief, because the world waits meanwhile; metrics that count
//!   people are counted twice a minute at most, and only while they are scraped.
//! - The past is computed, not stored (`run/past.rs`): the shard of a person or driver is simulated again from the creation of
//!   the world to an instant, with the commands of the log. One request of this kind is answered at a time, on a thread that
//!   may block, while the world goes on.
//! - Before a run begins no thread reads requests (one would end the wait for a broker, as a signal does): the answer is "busy".
//! - tokio runs on one thread of its own, for signals, socket and HTTP; the threads of the simulation do not depend on it.
//! - The publishing thread offers a few records of each window to the tail, and none while there are no readers. The tail
//!   is bounded, and slow readers miss records. A connection that reads nothing for 20 s is closed.
//! - Connections have places (`http/places.rs`): in all, for each address, and a share for probes only. Every connection is
//!   accepted at once; without a free place, the one with the least activity is closed.
//! - A live world compares the wall clock with CLOCK_BOOTTIME, which cannot be set (`pace/clock_step.rs`): a difference is a step of
//!   the wall clock. Sleep of the machine is no difference, and is caught up with like a stop.
//! - Pause, speed, rate and checkpoint are settings; an injection and a start or stop of drifts are in the log before they are
//!   answered.

//! ## People
//! - A person's number is a place that tenants follow each other in (`sim/src/person/tenancy.rs`): the owner of an account at
//!   an instant is a pure function of the seed. A tenant has identifiers, random numbers and sequences of their own, so the
//!   population changes while the storage keeps its size, and nothing of a closed account reaches the next one.
//! - Events of a life (a move, a job, a child, retirement, a phone) change a profile at once and for good
//!   (`person/changes.rs`); slow changes that return (`person/season.rs`: busy months, periods of rest) are factors.
//! - An arrival belongs to a rhythm (`sim/src/rhythm.rs`): hours by kind of day, months, and holidays of the country. The mean
//!   of a year is 1 for every country, so that the rates of a scenario and the share of fraud hold everywhere. Masses of days
//!   are summed once for each rhythm and country, and a search uses the sums.
//! - The roads of a region are made at the first trip, and rows of fastest ways when a place is first driven to: lazily, with
//!   the same result for every first asker. Congestion, incidents, road works and weather act on the stretches of a way; the
//!   effects on a trip are in its debug factors, the driver's part in the driver's.
//! - Home lines are renumbered by their providers, and phones are seen by gateways that customers of a carrier share
//!   (`person/network.rs`): otherwise an address without history would identify nearly all fraud.
//! - Unusual congestion is a random field (`region/field.rs`), smooth in space and time: plane waves whose heights follow
//!   from (seed, region, day), read at the junction that a stretch leads to. Queues of incidents reach the roads upstream.
//! - Visits to the shop come in spells: a visit that looked for something is followed by another with the same wish, in the
//!   one place of the state for coming back. Visits by habit are fewer by the same number, so that the mean holds.
//! - A shop customer has a buying life in the form of the BG/NBD model; carts age; a program that uses an account is marked in
//!   `is_bot` only.
//!
//! ## Fraud
//! - A campaign is a pure function of (seed, region, day) or of a command: kind, operator, start, victims by number. Every
//!   shard knows all campaigns of its region; its campaign scheduler keeps those of its own people until their instant.
//!   Victims follow from profiles, never from histories, so that no person's fate depends on another's.
//! - The acts on one victim are an episode beside the victim's own life: stages, pace, the bank's response. A kind of fraud
//!   is one file (`fraud/kinds`). The bank's response blocks cards and freezes accounts; payments that are due or ordered are
//!   made nevertheless.
//! - Campaigns come in waves of one operator. Operators last 360 days and change their methods every 72, by plan: below the
//!   thresholds of the bank's controls in that half-year. Nothing reads emitted events.
//! - Shares are of transactions, so the rate of campaigns follows from expected volumes, less the spending of frozen
//!   accounts. There is no controller.
//! - The bank's reports on a transaction are decided when it is made, by draws of their own, and kept with the person until
//!   their instant. A report is an act of the shard's scheduler; no life changes by it, nor by the topic being enabled.

mod cli;
mod config;
mod control;
mod crash;
mod daemon;
mod error;
mod http;
mod ops;
mod output;
mod pace;
mod paths;
mod progress;
mod realism;
mod run;
mod sink;
mod status;
mod verify;

pub use config::*;
pub use crash::CRASH_POINTS;
pub use daemon::main;
pub use error::{Complaint, UsageError};
/// The world and its rules, for programs that run a world themselves.
pub use populace_sim as sim;
/// Topics, fields, schemas and encoders, for programs that write records themselves.
pub use populace_wire as wire;
pub use run::RunError;
