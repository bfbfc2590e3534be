//! The process that writes a world's topics, as a sink records it beside them. Must not depend on: any sink.

use populace_sim::{VirtualTime, format_time};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

/// One process that writes a world's topics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// Random.
    pub id: String,
    /// Name of its machine.
    pub host: String,
    /// Its number there.
    pub process: u32,
    /// Its data directory.
    pub data_dir: String,
    /// When it claimed the world, by the wall clock.
    pub since: String,
}

impl Instance {
    /// This process, at the wall time `now`.
    pub fn of_process(data_dir: &Path, now: VirtualTime) -> Self {
        let data_dir = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_path_buf());
        Instance {
            id: format!("{:016x}", RandomState::new().hash_one(std::process::id())),
            host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
            process: std::process::id(),
            data_dir: data_dir.display().to_string(),
            since: format_time(now),
        }
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Instance { id, host, process, data_dir, since } = self;
        write!(out, "instance {id}: process {process} on {host} with --data-dir {data_dir}, since {since}")
    }
}
