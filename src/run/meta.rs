//! What a checkpoint says beside its blocks: the instant, the digests, how far the sink was, which commands had acted.
//! Bytes to struct and back, with magic and version; knows neither store nor threads.

use crate::sink::Positions;
use crate::sink::kafka::Partitions;
use populace_sim::{Digest, Digests, Stream, VirtualTime};
use populace_state::BlockId;
use serde::{Deserialize, Serialize};

const MAGIC: &str = "populace checkpoint";
const VERSION: u32 = 1;

/// Why bytes are no meta.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadMeta {
    /// They are not what was written; in words, how.
    Torn(String),
    /// They were written by another release.
    Version {
        /// Theirs.
        found: u32,
        /// This program's.
        known: u32,
    },
}

/// What every version begins with.
#[derive(Deserialize)]
struct Start {
    magic: String,
    version: u32,
}

/// The meta of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    pub(super) magic: String,
    pub(super) version: u32,
    /// The instant that was saved: all events before it have happened.
    pub time: VirtualTime,
    /// Counts and digests of all records before it.
    pub digests: Digests,
    /// Where the sink was.
    pub positions: Positions,
    /// What the sink's partitions held, in Kafka.
    #[serde(default)]
    pub partitions: Partitions,
    /// The attachment that `positions` and `partitions` belong to.
    pub attachment: u32,
    /// How many commands of the log had acted, with a chained hash over their instants and contents.
    pub commands: Digest,
}

impl Meta {
    /// The meta of a checkpoint at `time`.
    pub fn new(time: VirtualTime) -> Self {
        Meta {
            magic: MAGIC.into(),
            version: VERSION,
            time,
            digests: Digests::default(),
            positions: Positions::default(),
            partitions: Partitions::default(),
            attachment: 0,
            commands: Digest::default(),
        }
    }

    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a checkpoint's meta is plain data")
    }

    /// From bytes.
    ///
    /// # Errors
    /// When it is none or of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadMeta> {
        let torn = |e: serde_json::Error| BadMeta::Torn(e.to_string());
        // First of all the version: another one may have other fields.
        let start: Start = serde_json::from_slice(bytes).map_err(torn)?;
        match (start.magic.as_str(), start.version) {
            (MAGIC, VERSION) => serde_json::from_slice(bytes).map_err(torn),
            (MAGIC, found) => Err(BadMeta::Version { found, known: VERSION }),
            _ => Err(BadMeta::Torn("it does not begin as it should".into())),
        }
    }
}

/// A finished day of a stream: what `verify` needs to check the days after one that was moved away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedDay {
    /// The stream.
    pub stream: Stream,
    /// The UTC day.
    pub day: i32,
    /// The stream's digest at its end.
    pub digest: Digest,
}

/// Blocks from this shard number on hold the ledger of closed days, not entities.
const LEDGER: u32 = 0xffff_ff00;

impl ClosedDay {
    /// Where it is kept.
    pub fn block_id(stream: Stream, day: i32) -> BlockId {
        // Shifted by half the range, so that the order of ids is the order of days.
        super::pool::block_id(LEDGER + stream as u32, (day as u32) ^ 0x8000_0000)
    }

    /// All ids of a stream.
    pub fn block_ids(stream: Stream) -> std::ops::RangeInclusive<BlockId> {
        Self::block_id(stream, i32::MIN)..=Self::block_id(stream, i32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meta_comes_back() {
        let mut meta = Meta::new(VirtualTime::from_micros(-5));
        meta.digests.0[2] = Digest { count: 7, chain: u128::MAX - 3 };
        meta.commands.chain = u128::MAX;
        assert_eq!(Meta::from_bytes(&meta.to_bytes()), Ok(meta.clone()));
        meta.version = 9;
        assert_eq!(Meta::from_bytes(&meta.to_bytes()), Err(BadMeta::Version { found: 9, known: VERSION }));
        let newer = br#"{"magic":"populace checkpoint","version":2,"instant":5}"#;
        assert_eq!(Meta::from_bytes(newer), Err(BadMeta::Version { found: 2, known: VERSION }));
        assert!(Meta::from_bytes(b"{}").is_err());
    }

    #[test]
    fn the_ledger_lies_in_the_order_of_days() {
        let id = |day| ClosedDay::block_id(Stream::Trips, day);
        assert!(id(-1) < id(0) && id(0) < id(1));
        assert!(ClosedDay::block_ids(Stream::Trips).contains(&id(20_000)));
    }
}
