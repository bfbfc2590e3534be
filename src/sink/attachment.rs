//! The sink that a world is attached to: its kind, its place, and the phase of attaching. Must not depend on: the
//! store, any one sink.

use populace_sim::VirtualTime;
use populace_wire::Digests;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// The detail that names the folder of a sink that writes into one.
const OUT: &str = "out";

/// The name of the kind in a saved place.
const KIND: &str = "kind";

/// The detail that holds the places of several sinks together.
const PARTS: &str = "parts";

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

    /// Returns the place of several sinks together.
    pub fn of_parts(kind: &str, parts: &[SinkPlace]) -> Self {
        let mut place = SinkPlace::new(kind);
        place.details.insert(PARTS.to_owned(), serde_json::to_value(parts).expect("places are plain data"));
        place
    }

    /// Adds a text detail.
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.details.insert(name.to_owned(), text.into());
        self
    }

    /// Sets the folder that the sink writes into: relative to the data directory if it is inside, so that both can be
    /// moved together.
    pub fn in_folder(mut self, out: &Path) -> Self {
        let out = crate::paths::serialize(out, serde_json::value::Serializer).expect("a path is a text or bytes");
        self.details.insert(OUT.to_owned(), out);
        self
    }

    /// Returns the name of the kind, as the option `--sink` names it.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Returns a text detail; None if the place does not have it.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details.get(name)?.as_str()
    }

    /// Returns the place of the sink of this kind: this place, or one of its parts.
    pub fn part(&self, kind: &str) -> Option<SinkPlace> {
        if self.kind == kind {
            return Some(self.clone());
        }
        self.parts().find(|part| part.get(KIND).and_then(Value::as_str) == Some(kind)).and_then(parsed)
    }

    /// Returns a text detail of the sink of this kind, which is this one or a part of it.
    pub fn detail_of(&self, kind: &str, name: &str) -> Option<&str> {
        if self.kind == kind {
            return self.detail(name);
        }
        self.parts().find(|part| part.get(KIND).and_then(Value::as_str) == Some(kind))?.get(name)?.as_str()
    }

    fn parts(&self) -> impl Iterator<Item = &Value> {
        self.details.get(PARTS).and_then(Value::as_array).into_iter().flatten()
    }

    /// Returns the folder as it is saved; None if neither the sink nor a part of it writes into a folder.
    pub fn out(&self) -> Option<PathBuf> {
        let own = self.details.get(OUT).or_else(|| self.parts().find_map(|part| part.get(OUT)))?;
        crate::paths::deserialize(own.clone()).ok()
    }

    /// Returns the folder of the sink of a world in `data_dir`; None if the sink writes into no folder.
    pub fn folder(&self, data_dir: &Path) -> Option<PathBuf> {
        self.out().map(|out| data_dir.join(out))
    }
}

fn parsed(part: &Value) -> Option<SinkPlace> {
    serde_json::from_value(part.clone()).ok()
}

/// The phase of attaching: the store records the sink, then the sink records the world, then the store records that the
/// sink did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// The store has recorded the sink.
    Announced,
    /// Both have recorded it.
    Attached,
}

/// The sink that a world is attached to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The number of the attachment: 1 for the first sink of a world, one more for each further one.
    pub number: u32,
    /// The kind and place of the sink.
    pub place: SinkPlace,
    /// The phase of attaching.
    pub phase: Phase,
    /// The digests at the time of attaching: earlier records of the world are not in this sink.
    pub base: Digests,
    /// The virtual time of attaching.
    pub since: VirtualTime,
}

impl Attachment {
    /// Returns the attachment as the sink of this kind saves it, with its own place; None if the world has no such sink.
    pub(crate) fn of_part(&self, kind: &str) -> Option<Attachment> {
        Some(Attachment { place: self.place.part(kind)?, ..self.clone() })
    }
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
    fn a_place_of_several_sinks_has_the_details_of_each() {
        let files = SinkPlace::new("files").in_folder(Path::new("topics"));
        let kafka = SinkPlace::new("kafka").with("cluster", "c").with("prefix", "x.");
        let both = SinkPlace::of_parts("files+kafka", &[files.clone(), kafka.clone()]);
        let saved = serde_json::to_string(&both).unwrap();
        let both: SinkPlace = serde_json::from_str(&saved).unwrap();
        assert_eq!(
            (both.part("files"), both.part("kafka"), both.part("null")),
            (Some(files.clone()), Some(kafka), None)
        );
        assert_eq!((both.detail_of("kafka", "cluster"), both.detail_of("files", "cluster")), (Some("c"), None));
        assert_eq!((both.out(), files.detail_of("files", "kind")), (Some("topics".into()), None));
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
