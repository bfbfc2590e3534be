//! The persistent data of populace: a world's identity, its blocks, checkpoints, commands and settings, in sled.
//!
//! The crate stores bytes and contains no rules. A world is a set of numbered **blocks**, saved by **checkpoints** 0,
//! 1, 2 …: a checkpoint holds the new contents of the blocks that changed, and becomes visible as a whole, when its
//! head is written, or not at all. If the process is killed or the disk fills up in between, the next opening shows
//! exactly one whole checkpoint.
//!
//! ```
//! use populace_state::{BlockId, Identity, Presence, StateError, Store, no_probe, pack};
//!
//! let dir = tempfile::tempdir()?;
//! let identity = Identity {
//!     world_id: 0xfeed,
//!     seed: 42,
//!     rules_version: 1,
//!     scenario: "people = 2\n".into(),
//!     scenario_hash: 7,
//!     note: vec![],
//! };
//! let store = Store::create(dir.path(), &identity, no_probe())?;
//! let mut checkpoint = store.checkpoint(0)?;
//! checkpoint.put(BlockId(1), pack(b"Ada and Grace"))?;
//! checkpoint.commit(b"virtual time 0")?;
//! assert_eq!(store.append_command(b"inject velocity")?, 1);
//! drop(store);
//!
//! assert_eq!(Store::exists(dir.path()), Presence::World);
//! let store = Store::open(dir.path(), no_probe())?;
//! assert_eq!(store.identity(), &identity);
//! assert_eq!(store.head()?.map(|head| head.number), Some(0));
//! assert_eq!(store.read_block(BlockId(1))?.as_deref(), Some(&b"Ada and Grace"[..]));
//! store.for_each_block(|id, raw| -> Result<(), StateError> {
//!     println!("block {} has {} bytes", id.0, raw.len());
//!     Ok(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # On disk
//! ```text
//! <dir>/populace-world   the marker: world id, last checkpoint, numbers of commands and settings; written after the
//!                        store, so that a store that lost its data is distinguished from a new one
//! <dir>/holder           the name of the process that has the world open; locked meanwhile
//! <dir>/sled/            the store: one ordered keyspace
//! <dir>/sled.new/        an unfinished compact copy of it; removed by the next opening, or put in its place
//! <dir>/sled.old/        the store that a copy has replaced; removed by the next opening
//! ```
//! Keys are (block, checkpoint, part). A checkpoint inserts new versions beside those that the head shows, and removes
//! those that the checkpoint before superseded, in batches of 64 keys; all is flushed before the head is written, and
//! the head is flushed before any other write. A reader takes the version of each block that the head shows. The writes
//! of an interrupted checkpoint beyond the head are removed, and the removal flushed, before the next checkpoint
//! writes. No value exceeds 5,800 bytes, because sled keeps larger ones in separate files. Every value is in an
//! envelope of magic, format version and checksum, and the head holds the count and the digest of its blocks.
//!
//! A checkpoint removes a block by a tombstone, a key with an empty value that hides the older versions; the next
//! checkpoint removes these, and the one after that the tombstone.
//!
//! # Compaction
//! sled reuses room and gives none back. [`Store::compact_if_wasteful`] copies the live keys to `sled.new`, reads the
//! copy back, and puts it in the place of `sled` by two renames. An opening that finds `sled` keeps that one, even if
//! the other directories exist; if `sled` was moved aside, the copy was whole and on disk before, and takes its place.
//!
//! # Probe points
//! A [`Probe`] is called with `create.identity` (identity on disk), `checkpoint.begin`, `checkpoint.batch` (after
//! each), `checkpoint.flushed` (all blocks on disk, the head not yet), `checkpoint.head` (applied, not flushed),
//! `checkpoint.durable` (on disk, the marker is not), `checkpoint.done`, `command.appended` (on disk), `compact.copied`
//! (the copy is on disk), `compact.parted` (the store is moved aside), `compact.replaced` (the copy is in its place, on
//! disk) and `compact.done` (the old one is removed).
//!
//! # Reading without writing
//! sled writes when it opens. [`Store::open_read_only`] opens a world that cannot be written from a copy in the
//! temporary directory, with the original locked against writing; the next such call removes the copies of processes
//! that were killed.
//!
//! # Failures
//! Room is reserved before sled writes, so a full disk is refused as [`StateError::DiskFull`] and the same step
//! succeeds once there is room. After a write whose outcome is unknown the store is poisoned: it can still be read, it
//! accepts no more writes, and a new start recovers as after a crash.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod block;
mod checkpoint;
mod error;
mod format;
mod head;
mod home;
mod identity;
mod keys;
mod keyspace;
mod limit;
mod load;
mod presence;
mod read_only;
mod record;
mod space;
mod store;
mod swap;
mod threads;
mod versions;

pub use block::{BlockId, PackedBlock, pack};
pub use checkpoint::CheckpointWriter;
pub use error::StateError;
pub use head::Head;
pub use home::{lock_holder, process_name};
pub use identity::Identity;
pub use limit::ProcessLimit;
pub use presence::Presence;
pub use store::{Blocks, Compaction, Probe, Store, no_probe};
