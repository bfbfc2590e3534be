//! The encoding of a world's events as records: the topics and their fields, the choice and renaming of fields by a
//! scenario, the schemas of records, the encoders and decoders, the batches of records and their digests.
//!
//! [`Encoders`] holds one encoder for each topic of a scenario. [`Encoders::outlet`] lets a [`populace_sim::Shard`]
//! emit its events as encoded records into a [`Batch`]; [`Merged`] brings the batches of all shards into their one
//! order. This crate does not read a clock, a file or the environment, and no length of a window or number of threads
//! changes a byte.
//!
//! ```
//! use populace_sim::{Shard, Span, Town};
//! use populace_wire::{Batch, Digests, Encoders, Merged, scenario_from_toml};
//!
//! let rules = "[world]\npeople = 50\nseed = 7\nstart = \"2026-01-01T00:00:00+00:00\"";
//! let scenario = scenario_from_toml("example", rules)?;
//! let (town, encoders) = (Town::build(&scenario)?, Encoders::new(&scenario.topics)?);
//! let mut shards: Vec<Shard> = (0..town.shard_count()).map(|n| Shard::newborn(&town, n)).collect();
//!
//! let mut digests = Digests::default();
//! for day in 1..=7 {
//!     let until = town.start() + Span::from_days(day);
//!     let batches = shards.iter_mut().map(|shard| {
//!         let mut batch = Batch::default();
//!         shard.run_until(&town, until, &mut encoders.outlet(&mut batch));
//!         batch
//!     });
//!     for record in Merged::new(batches.collect()).iter() {
//!         digests.add(&record);
//!         assert!(record.time < until && record.value.starts_with(b"{\""));
//!     }
//! }
//! assert!(digests.total() > 100);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Start reading at [`TopicEvent`], which each file of `topics` implements for one event, and at [`Encoder`], which each
//! format implements.
//!
//! Must not depend on: the clock, threads, files, the network, the store, the daemon.

mod batch;
mod buffer;
pub mod by_stream;
mod choice;
mod chosen;
mod constant;
mod decode;
mod digest;
mod encode;
mod encoders;
mod field;
mod field_number;
mod format;
mod hash;
mod names;
mod scenario;
mod schema;
#[cfg(test)]
mod testing;
mod topics;
mod value;

pub use batch::{Batch, Content, Merged, Record, WrittenRecord};
pub use buffer::{KeptTexts, RecordBuffer, RecordWriter};
pub use choice::TopicError;
pub use chosen::ChoiceFault;
pub use constant::Constant;
pub use decode::{ColumnValue, DecodeError, Degrees, ObjectWords, RecordDecoder, TimeReader, WordList};
pub use digest::{Digest, Digests};
pub use encode::{DELETED, Encoder, JsonCache, JsonEncoder, TimestampText, TopicEncoder};
pub use encoders::{BatchOutlet, Encoders};
pub use field::{Column, FieldClass, FieldSpec, FieldType, Source, TopicEvent};
pub use format::TopicFormat;
pub use hash::record_hash;
pub use names::are_symbols;
pub use scenario::{CHECKS, adopt, check_scenario, resolve, scenario_from_toml};
pub use schema::{Described, SchemaError, TopicSchema};
pub use topics::{
    CompletionField, CustomerField, DriftNoticeField, DriverField, InteractionField, LabelField, MerchantField,
    ProductField, TransactionField, TripField, UserField, contract_name, time_column, time_field,
};
pub use value::{Decimal, FieldValue, Point, ValueSerializer, Word};
