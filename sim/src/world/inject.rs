//! Commands to a world: a purchase, a burst of fraud, a campaign.
//! Must not depend on: the log of commands, which the caller keeps.

use super::state::World;
use crate::base::{PersonId, RegionId};
use crate::command::{Command, Concerned};
use std::ops::RangeInclusive;

/// A command that cannot take effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InjectError {
    /// The world has no person of this number.
    #[error("the world has no person with number {}", .0.0)]
    UnknownPerson(PersonId),
    /// The world has no region of this number.
    #[error("the world has no region with number {}", .0.0)]
    UnknownRegion(RegionId),
    /// A number of the command is out of range.
    #[error("{name} must be {} to {}, not {value}", .range.start(), .range.end())]
    OutOfRange {
        /// The field of the command.
        name: &'static str,
        /// Its value.
        value: u32,
        /// The range.
        range: RangeInclusive<u32>,
    },
}

impl World {
    /// Gives a command, which takes effect now, before the events of this instant, or at its own later start. Returns the
    /// number of the command, from 1; the number in `command` is ignored.
    ///
    /// A command against a person whose account is closed has no effect.
    ///
    /// # Errors
    /// If the world has no such person or region, or a number of the command is out of range.
    pub fn inject(&mut self, command: Command) -> Result<u64, InjectError> {
        in_range(&command)?;
        let concerned = command.shards(&self.town);
        if concerned.is_empty() {
            return Err(match command.concerns() {
                Concerned::Person(person) => InjectError::UnknownPerson(person),
                Concerned::Region(region) => InjectError::UnknownRegion(region),
            });
        }
        self.commands += 1;
        let numbered = command.with_number(self.commands);
        for shard in concerned {
            self.shards[shard as usize].apply(&self.town, self.now, &numbered);
        }
        Ok(self.commands)
    }
}

fn in_range(command: &Command) -> Result<(), InjectError> {
    let (name, value, range) = match *command {
        Command::Inject { count, .. } => ("count", count, 1..=Command::MOST_VICTIMS),
        Command::Campaign { victims, .. } => ("victims", victims, 0..=Command::MOST_VICTIMS),
        Command::Transaction { minor, .. } => ("minor", minor, 1..=Command::MOST_MINOR),
    };
    if range.contains(&value) { Ok(()) } else { Err(InjectError::OutOfRange { name, value, range }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_concern_nobody_or_are_out_of_range_are_errors() {
        let mut world = World::builder().people(50).build().expect("a world");
        let purchase = |person, minor| Command::Transaction { number: 0, person: PersonId(person), minor, start: None };
        assert_eq!(world.inject(purchase(50, 5)), Err(InjectError::UnknownPerson(PersonId(50))));
        let error = world.inject(purchase(3, 0)).expect_err("no amount");
        assert_eq!(error.to_string(), "minor must be 1 to 1000000000, not 0");
        let (kind, region) = (crate::base::FraudKind::MuleRing, RegionId(1));
        let ring = Command::Campaign { number: 0, kind, region, victims: 9, start: None };
        assert_eq!(world.inject(ring), Err(InjectError::UnknownRegion(region)));
        assert_eq!(world.inject(purchase(3, 5)), Ok(1));
    }
}
