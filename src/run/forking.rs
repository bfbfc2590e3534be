//! Forks of a world: the last checkpoint, the log and the settings of a world become a new world in another directory,
//! with its own identity and sink. Copies bytes. Must not depend on: rules, other than the beginning of new ones.

mod error;
mod rules;

use super::commands::LogCopy;
use super::data_dir_check;
use super::error::RunError;
use super::identity::{random_id, scenario_hash, world_name};
use super::ledger;
use super::meta::Meta;
use super::settings;
use super::stored::{StoredWorld, crash_probe, read_meta};
use crate::paths::world_dir;
use crate::sink::{Attachment, Phase, kind, known_address, set_known_address};
use crate::status::ForkOrigin;
use populace_sim::{Town, VirtualTime};
use populace_state::{Identity, StateError, Store, pack};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

pub use error::{ForkError, ForkProblem, OccupiedPlace};
pub(super) use rules::fork_rules;
pub use rules::{DriftFile, ForkChanges};
use rules::{ForkRules, prefixed};

/// The directory of an unfinished fork, in the data directory of the new world. Renaming it completes the fork.
const UNFINISHED: &str = ".fork";

/// The name of a directory in a mount point.
const LOST: &str = "lost+found";

/// The name of the identity's note about the origin of a world.
const NOTE: &str = "fork";

/// Returns the origin of a forked world; `None` if the world was created. For a fork of a fork, the nearer origin.
pub(crate) fn origin_of(identity: &Identity) -> Option<ForkOrigin> {
    let last = identity.note.iter().rev().find(|(name, _)| name == NOTE)?;
    serde_json::from_str(&last.1).ok()
}

/// Makes a fork of a stopped world, whose store is held meanwhile.
///
/// # Errors
/// If the new world cannot be created there, or a change is invalid.
pub(crate) fn fork_stopped(world: &StoredWorld, changes: &ForkChanges, to: &Path) -> Result<Forked, RunError> {
    fork(&Parent { store: world.store.clone(), dir: world.dir.clone(), logged: None }, changes, to)
}

/// A new world that was forked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forked {
    /// Its name.
    pub world: String,
    /// The world that it comes from, and the fork's instant.
    pub origin: Option<ForkOrigin>,
    /// The number of the checkpoint that was copied.
    pub checkpoint: u64,
    /// Notes on ignored parts of the request.
    pub notes: Vec<String>,
}

/// The world to fork. Its last checkpoint is not replaced meanwhile.
pub(super) struct Parent {
    pub(super) store: Store,
    /// The directory of the store.
    pub(super) dir: PathBuf,
    /// The number of log entries that belong to the checkpoint's instant; `None` for all.
    pub(super) logged: Option<usize>,
}

/// Makes the fork, and returns its description.
pub(super) fn fork(parent: &Parent, changes: &ForkChanges, to: &Path) -> Result<Forked, RunError> {
    check_place(to)?;
    let child = Child::of(parent, changes)?;
    let unfinished = to.join(UNFINISHED);
    data_dir_check::create_dir(to)?;
    clear(&unfinished)?;
    let done = child.write(parent, &unfinished).and_then(|()| finish(&unfinished, to));
    if let Err(error) = done {
        // The rest is not a world, and the next fork removes it.
        let _ = fs::remove_dir_all(&unfinished);
        return Err(error);
    }
    Ok(child.forked())
}

/// Refuses a destination that is not empty.
pub(super) fn check_place(to: &Path) -> Result<(), RunError> {
    let refuse = |place| Err(ForkError::Destination { path: to.to_path_buf(), place }.into());
    let names = match fs::read_dir(to) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => return refuse(OccupiedPlace::File),
        other => other.and_then(Iterator::collect::<io::Result<Vec<_>>>),
    };
    let names = names.map_err(|e| RunError::io(to, "read", e))?.into_iter().map(|entry| entry.file_name());
    let mut names: Vec<_> = names.filter(|name| name != UNFINISHED && name != LOST).collect();
    names.sort();
    match names.first() {
        None => Ok(()),
        Some(_) if world_dir(to).exists() => refuse(OccupiedPlace::World),
        Some(name) => refuse(OccupiedPlace::NotEmpty(name.to_string_lossy().into_owned())),
    }
}

/// Removes the directory of an interrupted fork; an error if another process holds it.
fn clear(unfinished: &Path) -> Result<(), RunError> {
    if !unfinished.exists() {
        return Ok(());
    }
    if let Err(held @ StateError::Held { .. }) = Store::open(unfinished, crash_probe()) {
        return Err(held.into());
    }
    fs::remove_dir_all(unfinished).map_err(|e| RunError::io(unfinished, "removed", e))
}

/// Turns the written directory into a world by renaming it, so that a crash leaves all of the world or none.
fn finish(unfinished: &Path, to: &Path) -> Result<(), RunError> {
    crate::crash::point("fork.written");
    let world = world_dir(to);
    fs::rename(unfinished, &world).map_err(|e| RunError::io(&world, "made", e))?;
    let synced = File::open(to).and_then(|dir| dir.sync_all());
    synced.map_err(|e| RunError::io(to, "written", e))?;
    crate::crash::point("fork.done");
    Ok(())
}

/// The parts of the new world other than its blocks.
struct Child {
    identity: Identity,
    log: LogCopy,
    meta: Meta,
    attachment: Option<Attachment>,
    rules_version: u32,
    brokers: Option<String>,
    checkpoint: u64,
    notes: Vec<String>,
}

impl Child {
    fn of(parent: &Parent, changes: &ForkChanges) -> Result<Self, RunError> {
        let (store, dir) = (&parent.store, &parent.dir);
        let (checkpoint, meta) = read_meta(store, dir)?;
        let mut log = LogCopy::of(store, dir, parent.logged)?;
        let attachment = Attachment::read(store, dir)?;
        let attachment = attachment.map(|old| fork_attachment(&old, changes, &meta)).transpose()?;
        let born = store.identity();
        let wrong = |why: String| RunError::Saved { what: "the scenario", dir: dir.clone(), why };
        let read = |text: &str| {
            populace_wire::scenario_from_toml("the world's scenario", text).map_err(|error| wrong(error.to_string()))
        };
        let at = log.earliest(meta.time);
        let known = log.pending_scenario(read(&born.scenario)?, at).map_err(wrong)?;
        let ForkRules { scenario, notes } = fork_rules(changes, &known, at)?;
        if scenario != known {
            Town::build(&scenario).map_err(|error| RunError::Sim(error.to_string()))?;
            log.adopt(scenario.to_toml());
        }
        let named = |text: &str| match &changes.topic_prefix {
            None => Ok(text.to_owned()),
            Some(prefix) => Ok::<_, RunError>(prefixed(prefix, read(text)?)?.to_toml()),
        };
        log.rewrite(named)?;
        let commands = log.acted(meta.commands.count);
        Ok(Child {
            identity: identity(born, named(&born.scenario)?, meta.time),
            attachment,
            meta: Meta { digests: meta.digests, commands, ..Meta::new(meta.time) },
            rules_version: settings::rules_version(store)?,
            brokers: known_address(store)?,
            log,
            checkpoint,
            notes,
        })
    }

    /// Writes the whole world; closed and on disk when this returns.
    fn write(&self, parent: &Parent, dir: &Path) -> Result<(), RunError> {
        let store = Store::create(dir, &self.identity, crash_probe())?;
        settings::set_rules_version(&store, self.rules_version)?;
        if let Some(brokers) = &self.brokers {
            set_known_address(&store, brokers)?;
        }
        self.attachment.iter().try_for_each(|attachment| attachment.write(&store))?;
        self.log.write(&store)?;
        let mut writer = store.checkpoint(0)?;
        // The finished days of the parent's sink do not belong to the fork.
        parent.store.for_each_block(|id, raw| if ledger::holds(id) { Ok(()) } else { writer.put(id, pack(&raw)) })?;
        Ok(writer.commit(&self.meta.to_bytes())?)
    }

    fn forked(&self) -> Forked {
        Forked {
            world: world_name(self.identity.world_id),
            origin: origin_of(&self.identity),
            checkpoint: self.checkpoint,
            notes: self.notes.clone(),
        }
    }
}

/// Returns the attachment to the same kind of sink, at the new world's own place, from the fork's instant on.
fn fork_attachment(old: &Attachment, changes: &ForkChanges, meta: &Meta) -> Result<Attachment, RunError> {
    let place = kind(old.place.kind())?.forked(&old.place, changes.topic_prefix.as_deref());
    let place = place.map_err(|_| ForkError::from(ForkProblem::TopicPrefixRequired))?;
    Ok(Attachment { number: 1, place, phase: Phase::Announced, base: meta.digests, since: meta.time })
}

fn identity(parent: &Identity, scenario: String, at: VirtualTime) -> Identity {
    let origin = ForkOrigin { world: world_name(parent.world_id), at };
    let mut note = parent.note.clone();
    note.push((NOTE.into(), serde_json::to_string(&origin).expect("an origin is plain data")));
    Identity {
        world_id: random_id(),
        seed: parent.seed,
        rules_version: parent.rules_version,
        scenario_hash: scenario_hash(&scenario),
        scenario,
        note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_free_place_is_taken() {
        let home = tempfile::tempdir().unwrap();
        let told = |to: &Path| check_place(to).err().map(|error| error.to_string()).unwrap_or_default();
        assert_eq!([told(home.path()), told(&home.path().join("new"))], ["", ""]);
        fs::create_dir_all(home.path().join(".fork/sled")).unwrap();
        assert_eq!(told(home.path()), "", "what a fork that was cut off left is in nobody's way");
        fs::write(home.path().join("letter.txt"), "dear").unwrap();
        assert!(told(home.path()).contains("letter.txt"), "{}", told(home.path()));
        assert!(told(&home.path().join("letter.txt")).contains("a file"));
        fs::create_dir(home.path().join("world")).unwrap();
        assert!(told(home.path()).contains("of a world already"));
    }

    #[test]
    fn the_nearest_origin_is_told() {
        let born = Identity {
            world_id: 5,
            seed: 1,
            rules_version: 1,
            scenario: String::new(),
            scenario_hash: 0,
            note: vec![("populace".into(), "0".into())],
        };
        assert_eq!(origin_of(&born), None);
        let child = identity(&born, "x".into(), VirtualTime::from_seconds(7));
        let origin = ForkOrigin { world: world_name(5), at: VirtualTime::from_seconds(7) };
        assert_eq!(origin_of(&child), Some(origin));
        let grandchild = identity(&child, "x".into(), VirtualTime::from_seconds(9));
        assert_eq!(origin_of(&grandchild).map(|origin| origin.at), Some(VirtualTime::from_seconds(9)));
        assert_ne!(grandchild.world_id, child.world_id);
    }
}
