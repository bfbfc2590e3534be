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
//!             // Streams that a scenario switches on, which this one does not.
//!             Event::Label(_) | Event::Completion(_) | Event::Drift(_) => {}
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
//! [`sim::Event::write`] makes of an event the very record that the daemon sends; [`sim::World::give`] injects. Fraud comes
//! in campaigns, so that a few dozen events need not hold exactly their share of it.
//!
//! # The architecture
//! What follows is the architecture: what lives where, what passes between the rooms, and what must stay true. The user's
//! manual is the README; every key of a scenario is in `scenarios/default.toml`.
//!
//! ## Bird's-eye view
//! A *world* is made once from a *scenario* and a *seed*. Its *people* have accounts, carts and rides, its *drivers*
//! shifts and vehicles; all of them live on a virtual clock in integer microseconds. The world is cut into *shards*
//! that never talk to each other while they run. The run loop asks every shard to run to the same instant (a
//! *window*), merges what they emitted into one order, and hands it to a *sink*. Now and then it saves everything (a
//! *checkpoint*). After a crash it loads the last checkpoint and lives again, byte for byte, what came after it.
//!
//! ## The rooms
//! | where | what lives there | what it must not know |
//! |---|---|---|
//! | `sim/` (populace-sim) | the world and its rules: `engine` (time, random numbers, queue, identifiers, batches), `drift` (rules that change on schedule), `region`, `person`, `bank`, `rides`, `shop`, `fraud`, `record` (fields, encoder, schema), `scenario`, `town` (what is fixed), `shard` (what moves) | files, clocks, threads, sled, sinks |
//! | `state/` (populace-state) | bytes in sled: blocks, checkpoints, identity, the command log, settings | any rule of the world |
//! | `src/cli`, `src/config` | the command line; default < file < environment < flags, made into one [`RunPlan`] | how a world runs |
//! | `src/output`, `src/paths` | text on standard output and standard error, which never panics; paths of any bytes in JSON | any command |
//! | `src/run` | start-up (`startup`) and its decision (`decision`, pure, with a table of tests), window loop (`conductor`), simulating threads (`pool`), merging and publishing (`publisher`), saving (`checkpoint`), commands | rules of the world |
//! | `src/sink` | Kafka (`kafka/`: cluster, outlet, epoch, progress), files, standard output, nothing | checkpoints, the world |
//! | `src/pace` | how virtual time follows wall time, and steps of the wall clock | order: no pace changes a byte |
//! | `src/control`, `src/live`, `src/board` | what can be asked of a running world, and the desk that answers; the socket; what readers see of people and of the run | the shards' own memory |
//! | `src/http`, `src/tail`, `src/outlook` | the page, the API, probes and metrics, which ask the desk; the last records; what follows from a town alone | the run loop |
//! | `src/realism` | what was emitted against published figures: rows, checks with their bands, table and page | how a world comes about |
//! | `src/verify`, `src/inspect`, `src/inject`, `src/drifts`, `src/fork`, `src/cases`, `src/schema` | the other commands | each other |
//!
//! sim and state do not know each other; a test asks `cargo tree`, and `sim/clippy.toml` bans clocks, hash-ordered
//! maps, files, environment and threads by name.
//!
//! ## The life of an event
//! 1. A shard pops the least entry of its queue; the person or driver acts, plans the next act of that process
//!    (strictly later: an assertion), and is marked dirty. A visible act becomes a value such as a
//!    [`populace_sim::Transaction`], encoded there and then by the topic's plan into the shard's batch: the
//!    [`populace_sim::Outlet`] of the daemon. A program that uses the library takes the value instead.
//! 2. At the window's end the batches of all shards are merged by (time, entity, process, act) and counted into the
//!    chained digest of their stream, while the shards run the next window.
//! 3. The sink takes the records. For files, what lies there already is compared and not written again.
//! 4. A checkpoint packs the dirty blocks in the simulating threads, waits until the sink is durable up to the same
//!    instant, and flips the head in sled: so the checkpoint is never ahead of the sink.
//!
//! A stream that a scenario switches on (labels, completions) is one like the others: [`populace_sim::Town::has`] says whether
//! a world has it, an event of one that it has not is never made, and everything that is kept by stream (digests, positions,
//! partitions, progress) leaves out what the world has not. What becomes known later than it happened leaves at its own
//! instant, out of the state of the person or driver whom it belongs to.
//!
//! ## Exactly once
//! The Kafka sink ends an *epoch* (by time, records or bytes) with one transaction that holds the records and one
//! *progress* record: the world, who writes it, the attachment, the epoch, the instant that was reached, a count and a
//! chained digest of every partition, the commands that had acted. The commit is the only commit point; progress in the
//! compacted topic is the truth about how far the topics are, for offsets and groups expire.
//! - A start fences (`init_transactions`), reads the progress K, compares it with the checkpoint C, and has a pure function
//!   decide: go on, live again from C to K without sending (the digests must agree at K), attach, or refuse with the reason.
//! - C is never ahead of K: a checkpoint is preceded by committed progress at exactly its instant.
//! - Any failure on the way, known or of unknown outcome, has one answer: drop the producer, read the claim, fence, read the
//!   progress, and either forget the epoch (its commit had happened) or send it again. The epoch's records are kept until
//!   its commit is known, which bounds what may be on its way.
//! - Fenced has two causes, which only the progress tells apart: another instance's claim there, and this process ends and
//!   names it; its own, and it was a pause longer than the transaction timeout, and it goes on. Nobody is fenced before the
//!   claim was read, or two instances would fence each other for ever.
//! - A refusal that stays (`sink::kafka::rejection`) ends the run; anything else is tried again, with pauses that grow until a
//!   commit succeeds. The client library drops records because of others and tells those first: such codes are no cause
//!   (`EpochProducer::classify`). A run ends with 0 only where `status::delivery` finds nothing that was lived and not delivered.
//! - While the broker is away the publishing thread waits, two windows wait before it, and the run loop runs no further one
//!   but answers and obeys: the virtual clock stands still. `status::Connectivity` is what both see of that.
//! - A digest of a partition is over key, milliseconds and value, which every reader sees: `verify` computes it from the
//!   topics alone, and only where records were deleted or differ does it live the world again to compare one by one.
//! - Offsets are never given twice: a partition that ends before as many records as its progress counts was made again, and
//!   one that lacks more records at its beginning than its first offset says lost them. So an empty topic is no success.
//! - Every setting of a topic that decides about records is stated when it is made, and read back afterwards: no default of
//!   the broker counts, and what the broker made is judged as a topic that was there.
//! - Progress that is gone is rebuilt (`verify --rebuild-progress`) from the topics and the world: the world's lock is held,
//!   the claim is read, then earlier producers are fenced, and only then are the topics read. What they hold must be the first
//!   records that the world makes in this attachment, in their one order; the last of them gives the instant, no earlier than
//!   the checkpoint. Progress that somebody else wrote meanwhile is never overwritten.
//!
//! A scenario that is adopted, or an order that starts or ends drifts, is a command like an injection: in the log before it
//! acts, at the instant where the sink is, with all before it repeated by the rules that made it. What is pending by rules that
//! changed is drawn anew then.
//!
//! ## Topic folders
//! - One process at a time writes a folder (`sink/files/hold`): it is locked before it is looked at, until the sink and its
//!   last mark are dropped. Readers take no lock.
//! - Each start claims the folder: a random instance goes into the store, then into the marker (`sink/files/marker`). A copy
//!   of the world whose claim the marker does not name is refused, unless it lies in the place of the one that is named, or
//!   that one is gone: then it was restored, and what the files hold is lived again and compared.
//! - The sizes of finished days (`sink/files/manifest`) are added once their files are durable and before the checkpoint that
//!   counts on them, so the manifest may be ahead of the checkpoint, and what is beyond it counts for nothing. A start looks
//!   once at each file; one that is not there was moved away.
//! - A world that may not be written is looked at in a copy of its store (`state/src/look`), since sled writes when it opens.
//!
//! ## What must stay true
//! - Same seed, rules and commands: same bytes, whatever the threads, windows, checkpoints, pace, sink and crashes.
//! - A random number belongs to (seed, entity, purpose, act); an act added to one life moves no other.
//! - Nothing pending is kept outside the entities: the queue is rebuilt from them on load, so a saved world and a
//!   running one go on alike.
//! - Logarithms, exponentials and trigonometry go through `libm`; golden digests are equal on gnu and musl.
//! - An entity's pending acts change only in its own act, in the shard's desk (campaigns of the day), when a driver is
//!   taken, or by a command at a window boundary. A single transaction that a command asks for waits on the shard's
//!   desk for its instant, is no pending act of the person, and comes first at that instant.
//! - Whatever changes emitted bytes raises [`populace_sim::RULES_VERSION`]; whatever changes saved bytes raises the
//!   format of the blocks.
//!
//! ## What does not grow
//! - The state of a world has a bound that depends on its people, not on its years. A block of an entity holds the last acts
//!   and totals; a tenant who left leaves nothing behind, once the bank has told all of their transactions.
//! - Finished days are remembered for topic files alone (`run/ledger`), for `verify`: 24 bytes a day and stream, and of days
//!   more than ten years back one digest a page of 32 days.
//! - sled gives no room back, so a checkpoint or a start replaces a store that is three times what lives in it by a compact
//!   copy (`state/src/store/compact.rs`, `state/src/swap.rs`).
//! - The calendar ends with 2199 ([`populace_sim::CALENDAR_END`]), and every world with it. The tables of the time zones end
//!   with 2099; from there on the rule that a zone had last goes on (`region/calendar/lasting`).
//!
//! ## Where the code differs from the first design, and why
//! - The queue holds one entry for each person, not one for each process: the eight pending instants of a person fill
//!   one cache line, and the queue stays small enough for the second-level cache.
//! - Arrivals are drawn by inverting the expected mass of local days instead of thinning: no draw is wasted, and an hour
//!   that daylight saving skips or repeats comes out right by construction.
//! - `--events N` counts from the start of the world, so that the same command after a kill gives exactly N.
//! - Favourites, subscriptions and identifiers are computed from (seed, person), never stored; so are a person's busy and
//!   quiet months, their journeys, the shares of their merchants, and when accounts open and close.
//!
//! ## Drift
//! - A scenario's `[[drift]]` blocks are compiled once into a small table (`sim/src/drift`). Who reads a rule that can drift
//!   asks for its value at an instant for somebody (`Scene::rule`, `Region::rule`): the plain value in a world without drifts,
//!   after one branch. Nothing is stored in a life; whom a drift concerns, and when, is drawn from the drift's name.
//! - A rate is constant between two changes, so an arrival is drawn at the rate of now; one that falls behind the next
//!   change is drawn again from there, from random numbers of its own (`Scene::arrival`). So the world is its twin without
//!   the drift until it begins, and nothing has to happen at that instant.
//! - An order of a command (`sim/src/scenario/orders`) makes of the scenario in force the next one: blocks are added, and what
//!   ends is given an `until`, never taken out, so that whatever is asked of the past (a month's weather, the campaigns of a
//!   day) is answered as before. The log keeps the order, with its instant; replay and load apply it to the same scenario.
//! - Where drifts change, only what is pending of those is drawn anew whose rates, by the old drifts and by the new ones, differ
//!   before it (`Drifts::first_difference`), from there on, by draws of the order's number (`Shard::adopt`).
//! - The first shard's desk announces drifts (`drift/notice`) where the scenario has the stream: when, follows from the town
//!   alone, so nothing of it is saved.
//! - How much a drift moves (`drift/magnitude`) is asked of a sample of the people, by the same table that lives ask, once a
//!   world and when first wanted. What the calendar brings (`drift/seasonal`) is read off the regions' calendars.
//! - Whether drift is real for a reader is judged outside, by River on the files (`scripts/drift.py`, `tests/drift/check.py`):
//!   worlds with drifts against their twins without, on features less what was usual before, never with what comes later.
//! - Rules that are common to a region are evaluated for the region: campaigns by UTC day (`town/volume`), rain and incidents
//!   by local day, because these are drawn by the day.
//!
//! ## Forks
//! - A fork is a copy of a checkpoint (`run/forking`): the blocks, the log of commands, the version of the rules, with an identity
//!   and an attachment of its own, as of a world that went on to another sink: base and beginning are the checkpoint's. Other rules
//!   are an entry of its log that waits for its first start; so a replay from birth lives both the common past and the change.
//! - Names of topics are fixed at birth, so a prefix rewrites the scenario of birth and those in the log, and the hash over it.
//! - A running world makes the fork in its checkpointing thread (`run/forks`), right behind a checkpoint of that instant: nobody
//!   else writes blocks meanwhile, so what is read is one checkpoint, and the shards run on. sled holds its directory, and its
//!   files are never copied.
//! - It is written beside its place and renamed, so that it is there as a whole or not at all.
//!
//! ## Seen from outside
//! - One desk answers the socket and HTTP. What it can it answers from the board, which the run's threads write in passing, or
//!   from the town, which nobody changes; the rest goes to the run loop as mail, which it reads between two windows. A reader
//!   of a profile leaves a watch, and the end of the next window answers it. So nobody reads what a shard is changing, and
//!   nothing is kept for readers. What was ordered is shown before it acts: rules to come are on the board, campaigns that
//!   were asked for in the log, which the run loop reads (`cases/known`). A page of many is of people and drivers in short, since the world waits meanwhile; what metrics have to
//!   count people for is counted twice a minute at most, and only while somebody scrapes.
//! - Before a run begins nobody reads mail (a letter would end the wait for a broker, as a signal does): the desk says "busy".
//! - tokio runs on one thread of its own, for signals, socket and HTTP; the threads of the simulation know nothing of it.
//! - The publishing thread offers a few records of each window to the tail, and looks at none while nobody watches. The tail
//!   is bounded, and whoever is too slow misses records. A connection that takes nothing for 20 s is closed.
//! - Connections have places (`http/places`): in all, for each address, and a share on which only probes are answered. Everybody is
//!   accepted at once; where a place is missing, the one that has shown least is closed.
//! - A world that follows the wall clock compares it with CLOCK_BOOTTIME, which nobody sets (`pace/steps`): a difference is a step of
//!   the wall clock, while the sleep of a machine is none, and is caught up with like a stop.
//! - Pause, speed, rate and checkpoint are settings; an injection, and a drift that starts or ends, is in the log before it is
//!   answered.
//!
//! ## Lives
//! - A person's number is a place that tenants follow each other in (`person/tenancy`): who an account belongs to at an
//!   instant is a pure function of the seed. A tenant has their own identifiers, random numbers and sequences, so the
//!   population changes while the storage keeps its size, and nothing of a closed account leaks into the next one.
//! - Turns of a life (a move, a job, a child, retirement, a phone) change a profile at once and for good
//!   (`person/changes`); what is slow and comes back (`person/activity`: busy months, spells of rest) is a factor instead.
//! - An arrival belongs to a rhythm (`sim/src/rhythm.rs`): hours by kind of day, months, and days that a country keeps
//!   (`region/feasts`). The mean of a year is 1 whatever is kept, so that the rates of a scenario and the share of fraud
//!   hold everywhere. Masses of days are added up once a rhythm and country; a search leaps in them.
//! - A region's roads (`region/roads`) are laid when the first trip asks, rows of fastest ways when a place is first driven
//!   to: lazily, and the same whoever asks first. Congestion, incidents, road works and weather act on the stretches of a
//!   way; whatever happens to a trip is in its debug factors, and the driver's part (`rides/craft`) is in the driver's.
//! - Home lines are renumbered by their providers, and phones are seen by gateways that a carrier's customers share
//!   (`person/network`): without that, an address that was never seen before would give nearly all fraud away.
//! - Congestion that is more or less than usual is a random field (`region/field`), smooth in space and time: plane waves whose
//!   heights follow from (seed, region, day), read off at the junction that a stretch leads to. Queues of incidents reach the
//!   roads upstream.
//! - Visits to the shop come in spells (`shop/spell`): after a visit that looked for something, another one with the same wish,
//!   in the one place that a life keeps for coming back. Visits by habit are the fewer for it, so that the mean holds.
//! - A shop customer has a buying life (`shop/customer`), in the form of the BG/NBD model; carts age; programs that use an
//!   account say so in `is_bot` alone.
//!
//! ## Fraud
//! - A campaign is a pure function of (seed, region, day) or of a command (`fraud/arrival`, `fraud/campaign`): kind, operator,
//!   start, victims by number. Every shard knows all of its region's; its desk (`fraud/desk`) keeps what concerns its own
//!   people, until its instant. Whom a campaign finds (`fraud/victims`) follows from who people are, never from what happened
//!   to them, so that nobody's fate depends on another's.
//! - What is done to one victim is an episode (`fraud/episode`), beside the victim's own life: stages, pace, the bank's answer.
//!   What an act looks like is in `fraud/acts`. The bank's answer (`bank/guard`) blocks cards and freezes accounts; what is due
//!   or was ordered is paid all the same.
//! - Campaigns come in waves of one operator; operators last 360 days and change their ways every 72, by the plan: below the
//!   thresholds that the bank's controls (`fraud/controls`) have in that half-year. Nothing reads what was emitted.
//! - Shares are of transactions (`fraud/sizes` has the laws and their exact means), so the rate of campaigns follows from
//!   expected volumes, less what frozen accounts do not spend. There is no controller.
//! - What the bank learns of a transaction (`fraud/labels`, the law; `fraud/reports`, what waits) is decided when it is made,
//!   by draws of its own, and kept by person until its instant: it is saved in that person's block, a report that comes in
//!   is an act of the shard's desk, and no life changes by it, nor by whether the topic is there.

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

pub use cli::*;
pub use config::*;
pub use crash::CRASH_POINTS;
pub use error::{Complaint, UsageError};
/// The world and its rules, for programs that run a world themselves.
pub use populace_sim as sim;
pub use run::RunError;
