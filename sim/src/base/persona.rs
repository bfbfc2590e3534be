//! Personas: the types of life that people lead.
//! Must not depend on: the state of a person.

use serde::{Deserialize, Serialize};

/// A type of life: it shapes hours, rates and mix. The numbers are part of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Persona {
    Worker = 0,
    Student = 1,
    Parent = 2,
    Retired = 3,
    NightOwl = 4,
}

impl Persona {
    /// All personas, in the order of their numbers.
    pub const ALL: [Persona; 5] =
        [Persona::Worker, Persona::Student, Persona::Parent, Persona::Retired, Persona::NightOwl];

    /// The names of all personas, in the order of their numbers.
    pub const NAMES: [&'static str; 5] = ["worker", "student", "parent", "retired", "night-owl"];

    /// The share of each persona among people, in the order of their numbers.
    pub const SHARES: [f64; 5] = [0.42, 0.14, 0.20, 0.16, 0.08];

    /// Returns the name that scenarios and views show.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// A part of a person's life: one for each domain of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Domain {
    /// Transactions.
    Bank = 0,
    /// Trips as a rider.
    Rides = 1,
    /// Visits of the shop.
    Shop = 2,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persona_names_are_those_of_saved_worlds() {
        for persona in Persona::ALL {
            assert_eq!(serde_json::to_value(persona).expect("a name"), persona.name());
        }
    }

    #[test]
    fn persona_shares_add_up_to_one() {
        assert!((Persona::SHARES.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
