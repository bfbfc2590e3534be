//! The drifts in force for the entity of an event: a small value that needs no allocation.
//! Must not depend on: rules.

use std::sync::Arc;

/// The drifts in force for the entity of an event, by name; none in a world without drifts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concepts {
    bits: u64,
    names: Option<Arc<[String]>>,
}

impl Concepts {
    /// Returns those of `names` whose bit is set.
    pub(super) fn new(bits: u64, names: &Arc<[String]>) -> Self {
        Concepts { bits, names: (bits != 0).then(|| Arc::clone(names)) }
    }

    /// Returns the names, in the order of the scenario.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let all = self.names.as_deref().unwrap_or_default();
        all.iter().enumerate().filter(|(n, _)| self.bits >> n & 1 == 1).map(|(_, name)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_bits() {
        let names: Arc<[String]> = ["a", "b", "c"].map(str::to_owned).into();
        let of = |bits: u64| Concepts::new(bits, &names).names().collect::<Vec<_>>().concat();
        assert_eq!([0b000, 0b010, 0b101].map(of), ["", "b", "ac"]);
    }
}
