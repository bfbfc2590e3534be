//! The identifiers that all events of a visit have in common, for the visits in progress in a shard.
//! Must not depend on: the way in which identifiers are made.

use crate::base::PersonId;
use crate::engine::Id;

/// A visit of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VisitKey {
    /// The person who visits.
    pub person: PersonId,
    /// The number of earlier tenancies of that number.
    pub generation: u16,
    /// The number of the visit among the person's.
    pub number: u32,
}

/// The identifiers of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VisitIds {
    /// The customer's.
    pub customer: Id,
    /// The session's.
    pub session: Id,
}

/// The identifiers of the last visits. It is a cache: it changes no result and is not saved. Events of a visit are seconds
/// apart, so that a shard has few visits in progress, and one entry for all people whose numbers end alike is enough.
#[derive(Debug)]
pub(crate) struct RecentVisits(Box<[Option<(VisitKey, VisitIds)>]>);

/// The number of entries, a power of two.
const ENTRIES: usize = 128;

impl RecentVisits {
    /// Returns a cache without visits.
    pub fn new() -> Self {
        RecentVisits(vec![None; ENTRIES].into())
    }

    /// Returns the identifiers of a visit, if they are known.
    #[inline]
    pub fn find(&self, key: VisitKey) -> Option<VisitIds> {
        self.0[place(key)].filter(|(known, _)| *known == key).map(|(_, ids)| ids)
    }

    /// Keeps the identifiers of a visit.
    pub fn keep(&mut self, key: VisitKey, ids: VisitIds) {
        self.0[place(key)] = Some((key, ids));
    }
}

fn place(key: VisitKey) -> usize {
    key.person.0 as usize % ENTRIES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{IdKind, IdMaker, WorldKey};

    #[test]
    fn identifiers_are_those_of_the_same_visit_and_tenancy() {
        let maker = IdMaker::new(WorldKey::new(1));
        let ids =
            |n| VisitIds { customer: maker.make(IdKind::Person, n, 0), session: maker.make(IdKind::Session, n, n) };
        let one = VisitKey { person: PersonId(7), generation: 0, number: 3 };
        let mut recent = RecentVisits::new();
        recent.keep(one, ids(1));
        assert_eq!(recent.find(one), Some(ids(1)));
        let others = [
            VisitKey { number: 4, ..one },
            VisitKey { generation: 1, ..one },
            VisitKey { person: PersonId(7 + ENTRIES as u32), ..one },
            VisitKey { person: PersonId(8), ..one },
        ];
        assert_eq!(others.map(|other| recent.find(other)), [None; 4]);
        recent.keep(others[2], ids(2));
        assert_eq!([recent.find(one), recent.find(others[2])], [None, Some(ids(2))]);
    }
}
