//! The kind of content of a directory, according to one small file beside the store, so that a store that lost its data
//! is never taken for a new one. Pure: `home` reads and writes the file.

use xxhash_rust::xxh3::xxh3_64;

/// The kind of content of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// No content: no directory, or an empty one.
    Absent,
    /// A world whose creation was interrupted before its first checkpoint.
    Incomplete,
    /// A world, perhaps a damaged one.
    World,
    /// Files that are not those of a world.
    Foreign,
}

/// The first line of the marker file.
pub(crate) const TITLE: &str = "populace world";

/// The version of marker and store that is written. Stores of version 2 may hold tombstones, which older releases would
/// take for damage.
pub(crate) const VERSION: u8 = 2;

/// The oldest version that is read.
const OLDEST: u8 = 1;

/// The contents of the marker file. It is written after the store, so it may be one step behind, and never ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marker {
    pub world_id: u128,
    /// The number of the head; `None` before the first checkpoint.
    pub checkpoint: Option<u64>,
    /// The number of commands in the log.
    pub commands: u64,
    /// The number of changes of settings so far.
    pub settings: u64,
}

/// The reason why a marker is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadMarker {
    Version(u8),
    Torn,
}

impl Marker {
    pub(crate) fn to_text(self) -> String {
        self.to_text_of(VERSION)
    }

    fn to_text_of(self, version: u8) -> String {
        let checkpoint = self.checkpoint.map_or_else(|| "none".into(), |number| number.to_string());
        let body = format!(
            "{TITLE} {version}\nid {:032x}\ncheckpoint {checkpoint}\ncommands {}\nsettings {}\n",
            self.world_id, self.commands, self.settings
        );
        let sum = xxh3_64(body.as_bytes());
        format!("{body}checksum {sum:016x}\n")
    }

    pub(crate) fn parse(text: &str) -> Result<Self, BadMarker> {
        let version = text.lines().next().and_then(|line| line.strip_prefix(TITLE)).and_then(|v| v.trim().parse().ok());
        match version {
            Some(version @ OLDEST..=VERSION) => Self::parse_body(text, version).ok_or(BadMarker::Torn),
            Some(other) => Err(BadMarker::Version(other)),
            None => Err(BadMarker::Torn),
        }
    }

    fn parse_body(text: &str, version: u8) -> Option<Self> {
        let mut values = text.lines().skip(1).map(|line| line.split_once(' ').map_or("", |(_, value)| value));
        let world_id = u128::from_str_radix(values.next()?, 16).ok()?;
        let checkpoint = match values.next()? {
            "none" => None,
            number => Some(number.parse().ok()?),
        };
        let commands = values.next()?.parse().ok()?;
        let settings = values.next()?.parse().ok()?;
        let marker = Self { world_id, checkpoint, commands, settings };
        // Comparing the whole rendered text checks names, order and checksum together.
        (marker.to_text_of(version) == text).then_some(marker)
    }
}

/// The result of comparing the marker with the contents of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// Marker and store agree.
    Fits,
    /// A crash came between the write of the store and that of the marker: write this marker.
    Behind(Marker),
    /// The creation of the world was interrupted.
    Incomplete,
    /// The store lost data; the text says which.
    Lost(String),
}

/// Compares the marker with the one that the contents of the store give.
pub(crate) fn judge(marker: Marker, now: Marker) -> Judgement {
    match (marker.checkpoint, now.checkpoint) {
        (None, None) => Judgement::Incomplete,
        (Some(told), None) => Judgement::Lost(format!("checkpoint {told} and all its blocks are gone")),
        (told, Some(found)) if told.is_some_and(|told| told > found) => {
            let told = told.unwrap_or_default();
            Judgement::Lost(format!("checkpoint {told} is gone, the latest there is {found}"))
        }
        _ if marker.commands > now.commands => {
            Judgement::Lost(format!("the log holds {} commands of {}", now.commands, marker.commands))
        }
        _ if marker.settings > now.settings => Judgement::Lost("the latest settings are gone".into()),
        _ if now == marker => Judgement::Fits,
        _ => Judgement::Behind(now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(checkpoint: Option<u64>, commands: u64) -> Marker {
        Marker { world_id: 0xabc, checkpoint, commands, settings: 5 }
    }

    #[test]
    fn markers_come_back_and_every_changed_byte_is_noticed() {
        for original in [marker(None, 0), marker(Some(17), 3)] {
            let text = original.to_text();
            assert_eq!(Marker::parse(&text), Ok(original));
            for at in 0..text.len() {
                let mut torn = text.clone().into_bytes();
                torn[at] ^= 1;
                let torn = String::from_utf8(torn).unwrap();
                assert!(Marker::parse(&torn).is_err(), "{torn}");
            }
        }
    }

    #[test]
    fn another_version_is_named() {
        let text = marker(None, 0).to_text().replacen("world 2", "world 3", 1);
        assert_eq!(Marker::parse(&text), Err(BadMarker::Version(3)));
    }

    #[test]
    fn the_version_before_is_read() {
        let original = marker(Some(17), 3);
        let text = original.to_text_of(1);
        assert!(text.starts_with("populace world 1\n"));
        assert_eq!(Marker::parse(&text), Ok(original));
    }

    #[test]
    fn a_store_may_be_ahead_of_its_marker_and_never_behind() {
        let lost = |judgement| matches!(judgement, Judgement::Lost(_));
        assert_eq!(judge(marker(None, 0), marker(None, 0)), Judgement::Incomplete);
        assert_eq!(judge(marker(None, 0), marker(Some(0), 0)), Judgement::Behind(marker(Some(0), 0)));
        assert_eq!(judge(marker(Some(4), 2), marker(Some(4), 2)), Judgement::Fits);
        assert_eq!(judge(marker(Some(4), 2), marker(Some(5), 2)), Judgement::Behind(marker(Some(5), 2)));
        assert_eq!(judge(marker(Some(4), 2), marker(Some(4), 3)), Judgement::Behind(marker(Some(4), 3)));
        assert!(lost(judge(marker(Some(4), 2), marker(Some(3), 2))));
        assert!(lost(judge(marker(Some(4), 2), marker(Some(4), 1))));
        assert!(lost(judge(marker(Some(0), 0), marker(None, 0))));
        let fewer = Marker { settings: 4, ..marker(Some(4), 2) };
        assert!(lost(judge(marker(Some(4), 2), fewer)));
    }
}
