//! Which sink a world is attached to, as the store remembers it. Knows no files and decides nothing.

use super::error::RunError;
use populace_sim::{Digests, VirtualTime};
use populace_state::Store;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Name of the setting in the store.
const SETTING: &str = "attachment";

/// Kind and place of a sink.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum SinkPlace {
    /// Topic files in a folder; relative to the data directory when they lie in it, so that both can move together.
    Files {
        /// The folder.
        #[serde(with = "crate::paths")]
        out: PathBuf,
    },
    /// Topics of a Kafka cluster.
    Kafka {
        /// The cluster's id: its addresses may change.
        cluster: String,
        /// What the names of the topics begin with.
        prefix: String,
    },
    /// Standard output.
    Stdout,
    /// Nowhere.
    Null,
}

impl SinkPlace {
    /// The place of files in `out` of a world in `data_dir`, whichever way they were spelt.
    pub fn files(out: &Path, data_dir: &Path) -> Self {
        let (out, home) = (plain(out), plain(data_dir));
        SinkPlace::Files { out: out.strip_prefix(&home).map(Path::to_path_buf).unwrap_or(out) }
    }

    /// Its name, as an option names it.
    pub fn kind(&self) -> &'static str {
        match self {
            SinkPlace::Files { .. } => "files",
            SinkPlace::Kafka { .. } => "kafka",
            SinkPlace::Stdout => "stdout",
            SinkPlace::Null => "null",
        }
    }

    /// Whether what it holds can be read back, so that it is known how far it is.
    pub fn is_kept(&self) -> bool {
        match self {
            SinkPlace::Files { .. } | SinkPlace::Kafka { .. } => true,
            SinkPlace::Stdout | SinkPlace::Null => false,
        }
    }

    /// The folder, for files.
    pub fn folder(&self, data_dir: &Path) -> Option<PathBuf> {
        match self {
            SinkPlace::Files { out } => Some(data_dir.join(out)),
            SinkPlace::Kafka { .. } | SinkPlace::Stdout | SinkPlace::Null => None,
        }
    }
}

/// A data directory as the marker of the folder `place` has it: the way from the folder up to it where the folder lies in
/// it, so that both can move together, else in full.
pub(super) fn home_of(place: &SinkPlace, data_dir: &Path) -> String {
    match place {
        SinkPlace::Files { out } if out.is_relative() => vec![".."; out.components().count()].join("/"),
        _ => plain(data_dir).to_string_lossy().into_owned(),
    }
}

/// Absolute and without links as far as the path exists.
fn plain(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    for known in absolute.ancestors() {
        if let Ok(real) = known.canonicalize() {
            let rest = absolute.strip_prefix(known).unwrap_or(Path::new(""));
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    absolute
}

/// How far attaching went: first the store knows of it, then the sink, then the store knows that the sink does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// The store knows.
    Announced,
    /// Both know.
    Attached,
}

/// The sink that a world is attached to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// 1 for the first sink of a world, one more for each further one.
    pub number: u32,
    /// What and where.
    pub place: SinkPlace,
    /// How far attaching went.
    pub phase: Phase,
    /// The digests when it was attached: what the world emitted before is not in this sink.
    pub base: Digests,
    /// The instant when it was attached.
    pub since: VirtualTime,
}

impl Attachment {
    /// What the store remembers.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(store: &Store, dir: &Path) -> Result<Option<Self>, RunError> {
        let Some(bytes) = store.setting(SETTING)? else { return Ok(None) };
        let saved =
            |e: serde_json::Error| RunError::Saved { what: "the sink", dir: dir.to_path_buf(), why: e.to_string() };
        serde_json::from_slice(&bytes).map(Some).map_err(saved)
    }

    /// Has the store remember it; on disk when this returns.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn write(&self, store: &Store) -> Result<(), RunError> {
        let bytes = serde_json::to_vec(self).expect("an attachment is plain data");
        Ok(store.set_setting(SETTING, &bytes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_inside_moves_with_its_world() {
        let home = tempfile::tempdir().unwrap();
        let inside = SinkPlace::files(&home.path().join("topics"), home.path());
        assert_eq!(inside, SinkPlace::Files { out: "topics".into() });
        assert_eq!(inside.folder(Path::new("/else")), Some("/else/topics".into()));
        let outside = SinkPlace::files(Path::new("/somewhere/else"), home.path());
        assert_eq!(outside.folder(home.path()), Some("/somewhere/else".into()));
    }

    #[test]
    fn a_marker_has_the_data_directory_as_it_stays_when_both_move() {
        let home = tempfile::tempdir().unwrap();
        let of = |out: &Path| home_of(&SinkPlace::files(out, home.path()), home.path());
        assert_eq!(of(&home.path().join("topics")), "..");
        assert_eq!(of(&home.path().join("a/b")), "../..");
        assert_eq!(of(Path::new("/somewhere/else")), home.path().canonicalize().unwrap().to_string_lossy());
    }
}
