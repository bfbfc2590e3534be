//! The numbers of fields in Protobuf. A number belongs to a field or to a name for good: it does not depend on the other
//! fields that a scenario chooses, nor on their order. Must not depend on: single topics.

use twox_hash::XxHash3_64;

/// The first number of fields that are numbered by their name. Protobuf itself reserves 19,000 to 19,999.
pub const FIRST_BY_NAME: u32 = 20_000;
/// The number of such numbers; Protobuf ends at 2^29 - 1.
const COUNT_BY_NAME: u64 = 500_000_000;

/// Returns the number of a field of a topic by its place in the table of fields, whatever name a scenario gives it.
pub const fn number_of_place(place: usize) -> u32 {
    place as u32 + 1
}

/// Returns the number of a field that the table of fields does not have, or has had already, by its name.
pub fn number_of_name(name: &str) -> u32 {
    FIRST_BY_NAME + (XxHash3_64::oneshot(name.as_bytes()) % COUNT_BY_NAME) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_have_numbers_that_protobuf_allows(name in "[a-z_]{1,64}") {
            prop_assert!((FIRST_BY_NAME..1 << 29).contains(&number_of_name(&name)));
        }
    }

    #[test]
    fn numbers_do_not_change() {
        assert_eq!((number_of_place(0), number_of_place(24)), (1, 25));
        assert_eq!(number_of_name("source"), 178_302_011);
    }
}
