//! Which sink a world is attached to: its kind, its place, and how far attaching went. Must not depend on: the store, any
//! one sink.

use populace_sim::VirtualTime;
use populace_wire::Digests;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// The detail that names the folder of a sink that writes into one.
const OUT: &str = "out";

/// The kind and the place of a sink, as a world saves them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinkPlace {
    kind: String,
    #[serde(flatten)]
    details: Map<String, Value>,
}

impl SinkPlace {
    /// Returns the place of a sink of this kind, without details.
    pub fn new(kind: &str) -> Self {
        SinkPlace { kind: kind.to_owned(), details: Map::new() }
    }

    /// Adds a detail that is a text.
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.details.insert(name.to_owned(), text.into());
        self
    }

    /// Sets the folder that the sink writes into: relative to the data directory if it lies in it, so that both can move
    /// together.
    pub fn in_folder(mut self, out: &Path) -> Self {
        let out = crate::paths::serialize(out, serde_json::value::Serializer).expect("a path is a text or bytes");
        self.details.insert(OUT.to_owned(), out);
        self
    }

    /// The name of its kind, as the option `--sink` has it.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// A detail that is a text.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details.get(name)?.as_str()
    }

    /// The folder as it is saved.
    pub fn out(&self) -> Option<PathBuf> {
        crate::paths::deserialize(self.details.get(OUT)?.clone()).ok()
    }

    /// The folder of the sink of a world in `data_dir`, if the sink writes into one.
    pub fn folder(&self, data_dir: &Path) -> Option<PathBuf> {
        self.out().map(|out| data_dir.join(out))
    }
}

/// How far attaching went: the store is told first, then the sink, then the store that the sink knows.
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
    /// Its kind and place.
    pub place: SinkPlace,
    /// How far attaching went.
    pub phase: Phase,
    /// The digests when it was attached: earlier records of the world are not in this sink.
    pub base: Digests,
    /// The instant when it was attached.
    pub since: VirtualTime,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn places_are_saved_as_earlier_releases_saved_them() {
        let odd = Path::new(OsStr::from_bytes(b"a\xff"));
        let saved = [
            (SinkPlace::new("files").in_folder(Path::new("topics")), r#"{"kind":"files","out":"topics"}"#),
            (SinkPlace::new("files").in_folder(odd), r#"{"kind":"files","out":[97,255]}"#),
            (
                SinkPlace::new("kafka").with("cluster", "c").with("prefix", "x."),
                r#"{"kind":"kafka","cluster":"c","prefix":"x."}"#,
            ),
            (SinkPlace::new("stdout"), r#"{"kind":"stdout"}"#),
        ];
        for (place, json) in saved {
            assert_eq!(serde_json::to_string(&place).unwrap(), json);
            assert_eq!(serde_json::from_str::<SinkPlace>(json).unwrap(), place);
        }
        assert_eq!(SinkPlace::new("files").in_folder(odd).out(), Some(odd.into()));
    }

    #[test]
    fn a_folder_inside_moves_with_its_world() {
        let inside = SinkPlace::new("files").in_folder(Path::new("topics"));
        assert_eq!(inside.folder(Path::new("/else")), Some("/else/topics".into()));
        let outside = SinkPlace::new("files").in_folder(Path::new("/somewhere/else"));
        assert_eq!(outside.folder(Path::new("/home")), Some("/somewhere/else".into()));
        assert_eq!(SinkPlace::new("null").folder(Path::new("/home")), None);
    }
}
