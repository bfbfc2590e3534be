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

    /// Appends the names as a JSON list; they need no escaping.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (n, name) in self.names().enumerate() {
            out.extend_from_slice(if n == 0 { b"\"" } else { b",\"" });
            out.extend_from_slice(name.as_bytes());
            out.push(b'"');
        }
        out.push(b']');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_a_list() {
        let names: Arc<[String]> = ["a", "b", "c"].map(str::to_owned).into();
        let text = |bits: u64| {
            let mut out = Vec::new();
            Concepts::new(bits, &names).write(&mut out);
            String::from_utf8(out).expect("ASCII")
        };
        assert_eq!([0b000, 0b010, 0b101].map(text), ["[]", "[\"b\"]", "[\"a\",\"c\"]"]);
    }
}
