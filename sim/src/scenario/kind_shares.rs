//! The shares of the fraud kinds in section `bank.fraud`, one key for each kind of the list.
//! Must not depend on: the behaviour of a kind.

use crate::base::FraudKind;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::{Index, IndexMut};

/// The weight of each kind among fraudulent transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KindShares([f64; FraudKind::ALL.len()]);

impl Index<FraudKind> for KindShares {
    type Output = f64;

    #[inline]
    fn index(&self, kind: FraudKind) -> &f64 {
        &self.0[kind as usize]
    }
}

impl IndexMut<FraudKind> for KindShares {
    #[inline]
    fn index_mut(&mut self, kind: FraudKind) -> &mut f64 {
        &mut self.0[kind as usize]
    }
}

impl Serialize for KindShares {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(FraudKind::ALL.len()))?;
        for kind in FraudKind::ALL {
            map.serialize_entry(kind.key(), &self[kind])?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for KindShares {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SharesVisitor)
    }
}

/// Reads the key of each kind; the section has other keys as well.
struct SharesVisitor;

impl<'de> Visitor<'de> for SharesVisitor {
    type Value = KindShares;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the shares of the fraud kinds")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<KindShares, A::Error> {
        let mut found = FraudKind::ALL.map(|_| None);
        while let Some(key) = map.next_key::<String>()? {
            match FraudKind::from_key(&key) {
                Some(kind) => found[kind as usize] = Some(map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let mut shares = KindShares::default();
        for kind in FraudKind::ALL {
            shares[kind] = found[kind as usize].ok_or(A::Error::missing_field(kind.key()))?;
        }
        Ok(shares)
    }
}
