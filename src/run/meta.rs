//! The meta of a checkpoint: the instant, the digests, the position of the sink, the commands that had acted. Converts
//! between bytes and struct, with magic and version. Must not depend on: the store, threads, any one sink.

use crate::sink::Token;
use populace_sim::{Stream, VirtualTime};
use populace_state::BlockId;
use populace_wire::{Digest, Digests};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Deserializer;

const MAGIC: &str = "populace checkpoint";
const VERSION: u32 = 1;

/// The names of the fields other than the sink's.
const OWN_FIELDS: [&str; 6] = ["magic", "version", "time", "digests", "attachment", "commands"];

/// The reason why bytes are not a meta.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadMeta {
    /// They are malformed. Holds a description of the fault.
    Torn(String),
    /// They were written by another release.
    Version {
        /// Their version.
        found: u32,
        /// This program's version.
        known: u32,
    },
}

/// The fields that every version has.
#[derive(Deserialize)]
struct Start {
    magic: String,
    version: u32,
}

/// The fields before those of the sink, for writing.
#[derive(Serialize)]
struct Head<'a> {
    magic: &'static str,
    version: u32,
    time: VirtualTime,
    digests: &'a Digests,
}

/// The fields after those of the sink, for writing.
#[derive(Serialize)]
struct Tail<'a> {
    attachment: u32,
    commands: &'a Digest,
}

/// The fields other than the sink's, for reading.
#[derive(Deserialize)]
struct Own {
    time: VirtualTime,
    digests: Digests,
    attachment: u32,
    commands: Digest,
}

/// The meta of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// The instant that was saved: all events before it have happened.
    pub time: VirtualTime,
    /// Counts and digests of all records before it.
    pub digests: Digests,
    /// The position of the sink.
    pub token: Token,
    /// The attachment that the token belongs to.
    pub attachment: u32,
    /// The number of commands of the log that had acted, with a chained hash over their instants and contents.
    pub commands: Digest,
}

impl Meta {
    /// Returns the meta of a checkpoint at `time`, before anything was emitted.
    pub fn new(time: VirtualTime) -> Self {
        Meta { time, digests: Digests::default(), token: Token::default(), attachment: 0, commands: Digest::default() }
    }

    /// Returns the meta as bytes: one JSON object, with the values of the token among its fields.
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = Head { magic: MAGIC, version: VERSION, time: self.time, digests: &self.digests };
        let tail = json(&Tail { attachment: self.attachment, commands: &self.commands });
        let mut text = json(&head);
        text.pop();
        for (name, value) in self.token.values() {
            text.push_str(&format!(",{}:{value}", json(&name)));
        }
        text.push(',');
        text.push_str(&tail[1..]);
        text.into_bytes()
    }

    /// Reads a meta from bytes.
    ///
    /// # Errors
    /// If they are no meta, or one of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadMeta> {
        let torn = |e: serde_json::Error| BadMeta::Torn(e.to_string());
        // The version first: another one may have other fields.
        let start: Start = serde_json::from_slice(bytes).map_err(torn)?;
        match (start.magic.as_str(), start.version) {
            (MAGIC, VERSION) => {}
            (MAGIC, found) => return Err(BadMeta::Version { found, known: VERSION }),
            _ => return Err(BadMeta::Torn("it does not begin as it should".into())),
        }
        let Own { time, digests, attachment, commands } = serde_json::from_slice(bytes).map_err(torn)?;
        let fields = fields(bytes).ok_or_else(|| BadMeta::Torn("it is no object".into()))?;
        let token = fields.into_iter().filter(|(name, _)| !OWN_FIELDS.contains(&name.as_str()));
        Ok(Meta { time, digests, token: Token::from_values(token), attachment, commands })
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("a checkpoint's meta is plain data")
}

/// Splits a JSON object into the names and texts of its fields: digests have more digits than a parsed number keeps.
fn fields(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let mut rest = std::str::from_utf8(bytes).ok()?.trim().strip_prefix('{')?.trim_start();
    let mut fields = Vec::new();
    while !rest.starts_with('}') {
        let (name, after) = value(rest)?;
        let (text, after) = value(after.trim_start().strip_prefix(':')?.trim_start())?;
        fields.push((serde_json::from_str(name).ok()?, text.to_owned()));
        let after = after.trim_start();
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
    }
    Some(fields)
}

/// Splits a text after the JSON value at its start; `None` if there is none.
fn value(text: &str) -> Option<(&str, &str)> {
    let mut values = Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    text.split_at_checked(values.byte_offset())
}

/// A finished day of a stream, which `verify` needs to check the days after one that was moved away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedDay {
    /// The stream.
    pub stream: Stream,
    /// The UTC day.
    pub day: i32,
    /// The stream's digest at its end.
    pub digest: Digest,
}

/// The shard number from which blocks hold the ledger of closed days, not entities.
const LEDGER: u32 = 0xffff_ff00;

impl ClosedDay {
    /// Returns the id of the block of a day.
    pub fn block_id(stream: Stream, day: i32) -> BlockId {
        // Shifted by half the range, so that the order of ids is the order of days.
        super::pool::block_id(LEDGER + stream as u32, (day as u32) ^ 0x8000_0000)
    }

    /// Returns the range of the ids of a stream.
    pub fn block_ids(stream: Stream) -> std::ops::RangeInclusive<BlockId> {
        Self::block_id(stream, i32::MIN)..=Self::block_id(stream, i32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Metas in the format of the previous release, for files and for a cluster.
    const SAVED: [&str; 2] = [
        r#"{"magic":"populace checkpoint","version":1,"time":-5,"digests":[{"count":0,"chain":0},{"count":0,"chain":0},{"count":7,"chain":340282366920938463463374607431768211452}],"positions":[{"day":20454,"offset":77},{"day":null,"offset":0},{"day":null,"offset":0}],"partitions":[[],[],[]],"attachment":2,"commands":{"count":1,"chain":340282366920938463463374607431768211455}}"#,
        r#"{"magic":"populace checkpoint","version":1,"time":9,"digests":[{"count":0,"chain":0},{"count":0,"chain":0},{"count":0,"chain":0}],"positions":[{"day":null,"offset":0},{"day":null,"offset":0},{"day":null,"offset":0}],"partitions":[[{"count":3,"chain":340282366920938463463374607431768211455}],[],[]],"attachment":1,"commands":{"count":0,"chain":0}}"#,
    ];

    #[test]
    fn a_meta_of_the_release_before_is_read_and_written_byte_for_byte() {
        for saved in SAVED {
            let meta = Meta::from_bytes(saved.as_bytes()).expect("a meta");
            assert_eq!(String::from_utf8(meta.to_bytes()).unwrap(), saved);
            assert_eq!(meta.token.values().map(|(name, _)| name).collect::<Vec<_>>(), ["positions", "partitions"]);
        }
    }

    #[test]
    fn a_meta_without_partitions_is_read() {
        let saved = SAVED[0].replace(r#""partitions":[[],[],[]],"#, "");
        let meta = Meta::from_bytes(saved.as_bytes()).expect("a meta");
        assert_eq!(meta.token.values().map(|(name, _)| name).collect::<Vec<_>>(), ["positions"]);
    }

    #[test]
    fn a_meta_comes_back() {
        let mut meta = Meta::new(VirtualTime::from_micros(-5));
        meta.digests.0[2] = Digest { count: 7, chain: u128::MAX - 3 };
        meta.commands.chain = u128::MAX;
        assert_eq!(Meta::from_bytes(&meta.to_bytes()), Ok(meta.clone()));
        let other = String::from_utf8(meta.to_bytes()).unwrap().replace("\"version\":1", "\"version\":9");
        assert_eq!(Meta::from_bytes(other.as_bytes()), Err(BadMeta::Version { found: 9, known: VERSION }));
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
