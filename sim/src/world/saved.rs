//! A world as bytes, and back: a header with format and digest, then the scenario and the blocks of all shards, as the
//! daemon's store holds them.
//! Must not depend on: files.

use super::state::World;
use crate::engine::VirtualTime;
use crate::error::SimError;
use crate::scenario::{Scenario, ScenarioError};
use crate::shard::Shard;
use crate::town::{RULES_VERSION, Town};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use xxhash_rust::xxh3::xxh3_64;

const MAGIC: [u8; 4] = *b"popw";
/// Version of the format: raised whenever [`Saved`] changes its shape.
const FORMAT: u16 = 1;

/// A world that cannot be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SaveError {
    /// An iterator of events was dropped before its end.
    #[error("{0} events have not been delivered: read the events up to `now` before saving")]
    Undelivered(usize),
}

/// Bytes from which no world can be restored.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The bytes are not a saved world.
    #[error("not a saved world")]
    NotAWorld,
    /// The format is not known to this version.
    #[error("saved in format {found}; this version reads format {FORMAT}")]
    Format {
        /// The format of the bytes.
        found: u16,
    },
    /// The bytes were changed or cut off.
    #[error("damaged: the digest of the saved world does not match")]
    Damaged,
    /// The world runs by other rules than this version has.
    #[error("saved by rules of version {found}; this version has rules of version {RULES_VERSION}")]
    Rules {
        /// The version of the rules of the saved world.
        found: u32,
    },
    /// The scenario is not valid.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The scenario or a shard does not fit.
    #[error(transparent)]
    World(#[from] SimError),
}

/// The contents of a saved world.
#[derive(Serialize, Deserialize)]
struct Saved {
    rules_version: u32,
    scenario: String,
    now: VirtualTime,
    commands: u64,
    /// The blocks of each shard.
    shards: Vec<Vec<Vec<u8>>>,
}

impl World {
    /// Returns the world as bytes, from which [`World::restore`] makes a world that continues with the same events.
    ///
    /// # Errors
    /// If events have not been delivered because an iterator was dropped before its end.
    pub fn save(&self) -> Result<Vec<u8>, SaveError> {
        if !self.undelivered.is_empty() {
            return Err(SaveError::Undelivered(self.undelivered.len()));
        }
        let saved = Saved {
            rules_version: RULES_VERSION,
            scenario: self.town.scenario().to_toml(),
            now: self.now,
            commands: self.commands,
            shards: self.shards.iter().map(blocks).collect(),
        };
        let payload = postcard::to_allocvec(&saved).expect("plain data always encodes");
        let header = [&MAGIC[..], &FORMAT.to_le_bytes(), &xxh3_64(&payload).to_le_bytes()].concat();
        Ok([header, payload].concat())
    }

    /// Restores a world that [`World::save`] returned.
    ///
    /// # Errors
    /// If the bytes are not a saved world, are damaged, or are of another format or version of the rules.
    pub fn restore(bytes: &[u8]) -> Result<World, RestoreError> {
        let saved: Saved = postcard::from_bytes(payload(bytes)?).map_err(|_| RestoreError::Damaged)?;
        if saved.rules_version != RULES_VERSION {
            return Err(RestoreError::Rules { found: saved.rules_version });
        }
        let town = Town::build(&Scenario::from_toml("saved world", &saved.scenario)?)?;
        if saved.shards.len() != town.shard_count() as usize {
            return Err(RestoreError::Damaged);
        }
        let shards = (0..).zip(saved.shards).map(|(index, blocks)| Shard::load(&town, index, saved.now, blocks));
        let shards = shards.collect::<Result<_, SimError>>()?;
        Ok(World { town, shards, now: saved.now, commands: saved.commands, undelivered: VecDeque::new() })
    }
}

fn blocks(shard: &Shard) -> Vec<Vec<u8>> {
    let encode = |block| {
        let mut bytes = Vec::new();
        shard.encode_block(block, &mut bytes);
        bytes
    };
    (0..shard.block_count()).map(encode).collect()
}

/// Returns the bytes after the header, if format and digest are right.
fn payload(bytes: &[u8]) -> Result<&[u8], RestoreError> {
    let rest = bytes.strip_prefix(&MAGIC).ok_or(RestoreError::NotAWorld)?;
    let (format, rest) = rest.split_first_chunk().ok_or(RestoreError::NotAWorld)?;
    let found = u16::from_le_bytes(*format);
    if found != FORMAT {
        return Err(RestoreError::Format { found });
    }
    let (digest, payload) = rest.split_first_chunk().ok_or(RestoreError::Damaged)?;
    if u64::from_le_bytes(*digest) == xxh3_64(payload) { Ok(payload) } else { Err(RestoreError::Damaged) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::PersonId;
    use crate::command::Command;
    use crate::engine::Span;
    use crate::outlet::Event;

    fn world() -> World {
        World::builder().people(300).seed(11).build().expect("a world")
    }

    fn texts(events: impl Iterator<Item = Event>) -> Vec<String> {
        events.map(|event| format!("{event:?}")).collect()
    }

    #[test]
    fn a_restored_world_goes_on_with_the_same_events() {
        let (mut whole, start) = (world(), world().now());
        let (half, end) = (start + Span::from_days(5), start + Span::from_days(9));
        whole.run_until(half, |_| {});
        let purchase = Command::Transaction { number: 0, person: PersonId(7), minor: 4_250, start: None };
        assert_eq!(whole.inject(purchase), Ok(1));
        let bytes = whole.save().expect("saved");
        let mut restored = World::restore(&bytes).expect("restored");
        assert_eq!((restored.now(), restored.save()), (half, Ok(bytes)));
        let wanted = texts(whole.events_until(end));
        assert!(wanted.len() > 2_000 && wanted == texts(restored.events_until(end)));
        assert_eq!(restored.inject(purchase), Ok(2), "commands are numbered on");
    }

    #[test]
    fn a_dropped_iterator_keeps_its_events_and_delays_a_save() {
        let (mut world, mut other) = (world(), world());
        let end = world.now() + Span::from_days(2);
        let mut found = texts(world.events_until(end).take(5));
        assert!(matches!(world.save(), Err(SaveError::Undelivered(1..))));
        found.extend(texts(world.events_until(end)));
        assert_eq!(found, texts(other.events_until(end)));
        assert_eq!(world.save(), other.save());
    }

    #[test]
    fn bytes_that_are_not_a_world_are_refused() {
        let bytes = world().save().expect("saved");
        let refused = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = bytes.clone();
            change(&mut bytes);
            World::restore(&bytes).expect_err("refused")
        };
        assert_eq!(refused(&|b| b[0] = b'x'), RestoreError::NotAWorld);
        assert_eq!(refused(&|b| b[4] = 9), RestoreError::Format { found: 9 });
        assert_eq!(refused(&|b| b[700] ^= 1), RestoreError::Damaged);
        assert_eq!(refused(&|b| b.truncate(900)), RestoreError::Damaged);
        assert_eq!(refused(&Vec::clear), RestoreError::NotAWorld);
    }
}
