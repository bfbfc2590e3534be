//! A world in its store: identity, scenario, last checkpoint, sink. For a run that continues it, or only for reading.
//! Must not depend on: the run loop.

use super::commands::CommandLog;
use super::error::RunError;
use super::identity::scenario_hash;
use super::meta::{BadMeta, Meta};
use crate::paths::world_dir;
use crate::sink::{Attachment, Token};
use populace_sim::{Scenario, Town};
use populace_state::{Identity, Probe, Store};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An opened world.
pub struct StoredWorld {
    /// The directory of the store.
    pub dir: PathBuf,
    /// The data directory of the world.
    pub data_dir: PathBuf,
    /// The store.
    pub store: Store,
    /// The scenario in force at the last checkpoint.
    pub scenario: Scenario,
    /// The last adopted scenario, in force at that checkpoint or from a later instant on.
    pub latest: Scenario,
    /// The last checkpoint's meta.
    pub meta: Meta,
    /// The last checkpoint's number.
    pub number: u64,
    /// Its sink.
    pub attachment: Option<Attachment>,
}

/// Returns the number of the last checkpoint, and its meta.
///
/// # Errors
/// If there is no checkpoint, or it cannot be read.
pub(super) fn read_meta(store: &Store, dir: &Path) -> Result<(u64, Meta), RunError> {
    let saved = |why| RunError::Saved { what: "the checkpoint", dir: dir.to_path_buf(), why };
    let head = store.head()?.ok_or_else(|| saved("there is none".into()))?;
    let meta = Meta::from_bytes(&head.meta).map_err(|bad| match bad {
        BadMeta::Torn(why) => saved(why),
        BadMeta::Version { found, known } => {
            RunError::OtherFormat { what: "the checkpoint", dir: dir.to_path_buf(), found, known }
        }
    })?;
    Ok((head.number, meta))
}

/// Returns the town at the creation of the world with this identity; `dir` names it in errors.
///
/// # Errors
/// If this program cannot build it from the scenario.
pub(super) fn town_at_birth(identity: &Identity, dir: &Path) -> Result<Arc<Town>, RunError> {
    let wrong = |e: String| RunError::Saved { what: "the scenario", dir: dir.to_path_buf(), why: e };
    let born = populace_wire::scenario_from_toml("the world's scenario", &identity.scenario);
    let born = born.map_err(|e| wrong(e.to_string()))?;
    Town::build(&born).map(Arc::new).map_err(|e| RunError::Sim(e.to_string()))
}

/// Returns a probe by which the store passes the crash points.
pub fn crash_probe() -> Probe {
    Arc::new(crate::crash::point)
}

impl StoredWorld {
    /// Opens the world of a data directory. The store is held until the world is dropped.
    ///
    /// # Errors
    /// If there is none, another process holds it, or it cannot be read.
    pub fn open(data_dir: &Path) -> Result<Self, RunError> {
        Self::of(data_dir, Store::open(&world_dir(data_dir), crash_probe())?)
    }

    /// Opens the world of a data directory for reading. It may be on a read-only file system, or without permission to
    /// write. The store is held until the world is dropped.
    ///
    /// # Errors
    /// As [`StoredWorld::open`], and if a world that may not be written cannot be copied for reading.
    pub fn look(data_dir: &Path) -> Result<Self, RunError> {
        Self::of(data_dir, Store::open_read_only(&world_dir(data_dir), crash_probe())?)
    }

    fn of(data_dir: &Path, store: Store) -> Result<Self, RunError> {
        let dir = world_dir(data_dir);
        let saved = |what, why| RunError::Saved { what, dir: dir.clone(), why };
        if scenario_hash(&store.identity().scenario) != store.identity().scenario_hash {
            return Err(saved(
                "the scenario",
                "it is not the one of the creation of the world: the hash differs".into(),
            ));
        }
        let (number, meta) = read_meta(&store, &dir)?;
        let attachment = Attachment::read(&store, &dir)?;
        let log = CommandLog::read(&store, &dir, meta.commands)?;
        let unread = |why: String| saved("the scenario", why);
        let born = populace_wire::scenario_from_toml("the world's scenario", &store.identity().scenario);
        let born = born.map_err(|e| unread(e.to_string()))?;
        let scenario = log.in_force(born.clone()).map_err(unread)?;
        let latest = log.latest_rules(born).map_err(unread)?;
        Ok(StoredWorld { data_dir: data_dir.to_path_buf(), store, scenario, latest, meta, number, attachment, dir })
    }

    /// Returns the scenario in force once all commands have acted. Commands that wait for a start count as acting at
    /// the last checkpoint.
    ///
    /// # Errors
    /// If the log of commands cannot be read.
    pub fn pending_scenario(&self) -> Result<Scenario, RunError> {
        let log = CommandLog::read(&self.store, &self.dir, self.meta.commands)?;
        let saved = |why| RunError::Saved { what: "the scenario", dir: self.dir.clone(), why };
        log.pending_scenario(self.scenario.clone(), log.earliest(self.meta.time)).map_err(saved)
    }

    /// Returns the town at the last checkpoint.
    ///
    /// # Errors
    /// If this program cannot build it from the scenario.
    pub fn town(&self) -> Result<Arc<Town>, RunError> {
        Town::build(&self.scenario).map(Arc::new).map_err(|e| RunError::Sim(e.to_string()))
    }

    /// Returns the town at the creation of the world.
    ///
    /// # Errors
    /// If this program cannot build it from the scenario.
    pub fn town_at_birth(&self) -> Result<Arc<Town>, RunError> {
        town_at_birth(self.store.identity(), &self.dir)
    }

    /// Returns the token of the sink in the last checkpoint; empty if the sink was attached after it.
    pub fn token(&self) -> Token {
        let is_of_checkpoint =
            self.attachment.as_ref().is_some_and(|attachment| attachment.number == self.meta.attachment);
        if is_of_checkpoint { self.meta.token.clone() } else { Token::default() }
    }
}
