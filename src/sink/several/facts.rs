//! The facts about several sinks, from the facts about each. Pure.

use super::part::{COUNT, PARTS, division_of, words};
use crate::config::{FILES_AND_KAFKA, SeamChoice};
use crate::sink::{Attachment, SinkFacts, SinkRefusal, Standing};

/// The facts about the parts.
#[derive(Debug)]
pub(super) struct SeveralFacts {
    pub(super) parts: [Box<dyn SinkFacts>; COUNT],
    /// The seam that the plan states.
    pub(super) seam: Option<SeamChoice>,
}

/// The reason why a run must not start with several sinks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum SeveralRefusal {
    /// The world divides its records at another seam.
    #[error(
        "`sink.seam` is {stated}, and the records of this world are divided by {known}: leave it out to go on with that, or \
         create another world with --data-dir"
    )]
    OtherSeam {
        /// The seam of the plan.
        stated: String,
        /// The seam of the world.
        known: String,
    },
    /// One sink belongs to the world, and the other does not.
    #[error(
        "the world writes to {there} already and has not written to {missing}: two sinks begin together, when the world is \
         created or with an empty --out and another kafka.topic_prefix"
    )]
    OnlyOne {
        /// The sink that has records of the world.
        there: &'static str,
        /// The sink that has none.
        missing: &'static str,
    },
}

impl SinkFacts for SeveralFacts {
    fn check_free(&self) -> Result<(), SinkRefusal> {
        self.parts.iter().try_for_each(|part| part.check_free())
    }

    fn standing(&self, id: u128, attachment: Option<&Attachment>) -> Result<Standing, SinkRefusal> {
        self.check_seam(attachment)?;
        let mut standings = Vec::with_capacity(COUNT);
        for (part, kind) in self.parts.iter().zip(PARTS) {
            let own = attachment.and_then(|whole| whole.of_part(kind.name()));
            standings.push(part.standing(id, own.as_ref())?);
        }
        together(&standings).map_err(SinkRefusal::new)
    }
}

impl SeveralFacts {
    /// Refuses another seam than that of the world, which would send records twice or not at all.
    fn check_seam(&self, attachment: Option<&Attachment>) -> Result<(), SinkRefusal> {
        let place = attachment.map(|attachment| &attachment.place).filter(|place| place.kind() == FILES_AND_KAFKA);
        match place.map(division_of) {
            Some(known) if known != self.seam => {
                let (stated, known) = (words(self.seam), words(known));
                Err(SinkRefusal::new(SeveralRefusal::OtherSeam { stated, known }))
            }
            _ => Ok(()),
        }
    }
}

/// Returns the standing of all parts together. A part to which attaching was not begun is free, while another one is
/// half attached.
fn together(standings: &[Standing]) -> Result<Standing, SeveralRefusal> {
    let half = standings.contains(&Standing::HalfAttached);
    let free = standings.iter().filter(|one| **one == Standing::Free).count();
    let own = standings.iter().filter_map(|one| match one {
        Standing::Own { ahead, moved } => Some((*ahead, *moved)),
        Standing::Free | Standing::HalfAttached => None,
    });
    let own = own.reduce(|one, other| (one.0 || other.0, one.1 || other.1));
    match own {
        _ if half => Ok(Standing::HalfAttached),
        None => Ok(Standing::Free),
        Some((ahead, moved)) if free == 0 => Ok(Standing::Own { ahead, moved }),
        Some(_) => {
            let first_is_free = standings[0] == Standing::Free;
            let (there, missing) = if first_is_free { (1, 0) } else { (0, 1) };
            Err(SeveralRefusal::OnlyOne { there: PARTS[there].name(), missing: PARTS[missing].name() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_stands_with_its_sinks_as_with_the_one_that_is_furthest_behind() {
        let own = |ahead| Standing::Own { ahead, moved: false };
        let of = |one, other| together(&[one, other]);
        assert_eq!(of(Standing::Free, Standing::Free), Ok(Standing::Free));
        assert_eq!(of(Standing::HalfAttached, Standing::Free), Ok(Standing::HalfAttached));
        assert_eq!(of(own(false), Standing::HalfAttached), Ok(Standing::HalfAttached));
        assert_eq!(of(own(false), own(true)), Ok(own(true)));
        assert_eq!(of(own(false), own(false)), Ok(own(false)));
        let only = of(own(true), Standing::Free).expect_err("topics are missing").to_string();
        assert!(only.starts_with("the world writes to files already and has not written to kafka"), "{only}");
    }
}
