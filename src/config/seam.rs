//! The seam of several sinks, as a plan states it. Must not depend on: sinks.

use populace_sim::{VirtualTime, is_relative_time, resolve_time};

use crate::UsageError;

/// The instant at which the files of a world end and its topics go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeamChoice {
    /// The instant at which the run first follows the clock: the past goes to the files, the present to the topics.
    Live,
    /// This instant.
    At(VirtualTime),
}

impl SeamChoice {
    /// The name of [`SeamChoice::Live`].
    pub const LIVE: &str = "live";

    /// Parses a seam.
    ///
    /// # Errors
    /// If the text is neither `live` nor an absolute time.
    pub fn parse(text: &str) -> Result<Self, UsageError> {
        if text == SeamChoice::LIVE {
            return Ok(SeamChoice::Live);
        }
        let help = "write live, or an absolute time such as 2026-03-01 or 2026-03-01T12:00:00Z";
        if is_relative_time(text) {
            // It would be another instant at the next start.
            return Err(UsageError::new(format!("{text:?} is relative to now")).help(help));
        }
        let at = resolve_time(text, VirtualTime::from_seconds(0));
        at.map(SeamChoice::At).map_err(|error| UsageError::new(error.to_string()).help(help))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seam_is_an_instant_that_stays() {
        assert_eq!(SeamChoice::parse("live").unwrap(), SeamChoice::Live);
        let at = SeamChoice::parse("2026-01-02T00:00:00Z").unwrap();
        assert_eq!(at, SeamChoice::parse("2026-01-02").unwrap());
        for wrong in ["-3d", "now", "liev", ""] {
            let told = SeamChoice::parse(wrong).expect_err(wrong).to_string();
            assert!(told.contains("write live, or an absolute time"), "{told}");
        }
    }
}
