//! The parts of several sinks, and how records are divided between them. Must not depend on: starts, records.

use crate::config::{FILES_AND_KAFKA, SeamChoice};
use crate::sink::files::Files;
use crate::sink::kafka::Kafka;
use crate::sink::{SinkKind, SinkPlace};
use populace_sim::{VirtualTime, format_time};

/// The detail of a place that holds the seam.
const SEAM: &str = "seam";

/// The parts, in the order in which they take records.
pub(super) static PARTS: [&dyn SinkKind; 2] = [&Files, &Kafka];

/// The number of parts.
pub(super) const COUNT: usize = PARTS.len();

/// Returns the place of parts at these places.
pub(super) fn place(parts: &[SinkPlace; COUNT], seam: Option<SeamChoice>) -> SinkPlace {
    let place = SinkPlace::of_parts(FILES_AND_KAFKA, parts);
    seam.map_or(place.clone(), |seam| place.with(SEAM, &text(seam)))
}

/// Returns how the sinks at a place divide the records: by a seam; None if each takes all, or it is a single sink.
///
/// # Panics
/// If the place holds a seam that cannot be read: without it, records would be sent twice.
pub(crate) fn division_of(place: &SinkPlace) -> Option<SeamChoice> {
    place.detail(SEAM).map(|text| SeamChoice::parse(text).expect("a place holds a seam as `text` writes it"))
}

/// Returns the seam as a place holds it, and as [`SeamChoice::parse`] reads it.
fn text(seam: SeamChoice) -> String {
    match seam {
        SeamChoice::Live => SeamChoice::LIVE.to_owned(),
        SeamChoice::At(at) => format_time(at),
    }
}

/// Returns the instant before which the topics get no record, as far as it is known: `now` if the world is to go live.
pub(super) fn topics_begin(seam: Option<SeamChoice>, now: VirtualTime) -> Option<VirtualTime> {
    match seam? {
        SeamChoice::Live => Some(now),
        SeamChoice::At(at) => Some(at),
    }
}

/// Returns the seam in words.
pub(super) fn words(seam: Option<SeamChoice>) -> String {
    seam.map_or_else(|| "\"\", so that each sink takes all records".to_owned(), |seam| format!("{:?}", text(seam)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_gives_its_seam_back() {
        let parts = [SinkPlace::new("files"), SinkPlace::new("kafka")];
        let at = SeamChoice::At(VirtualTime::from_micros(1_767_225_600_000_001));
        for seam in [None, Some(SeamChoice::Live), Some(at)] {
            assert_eq!(division_of(&place(&parts, seam)), seam);
        }
    }
}
