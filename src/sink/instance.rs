//! The process that writes a world's topics, as a sink records it with the topics. Must not depend on: any sink.

use populace_sim::{VirtualTime, format_time};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

/// A process that writes a world's topics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// The random id.
    pub id: String,
    /// The name of the machine.
    pub host: String,
    /// The process number on that machine.
    pub process: u32,
    /// The data directory, as an absolute path.
    pub data_dir: String,
    /// The wall time of the claim.
    pub since: String,
}

impl Instance {
    /// Returns the instance of this process, with the wall time `now` of its claim.
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
