//! The least and the greatest value of a leaf. Must not depend on: pages.

use crate::leaf::LeafKind;
use crate::summary::LeafValue;
use populace_sim::VirtualTime;

/// The least and the greatest value of a leaf.
#[derive(Clone, Debug, PartialEq)]
pub enum Range {
    /// Texts, compared byte by byte.
    Text([Box<[u8]>; 2]),
    /// Integers, and instants in microseconds.
    Long([i64; 2]),
    /// Numbers.
    Double([f64; 2]),
    /// True or false.
    Boolean([bool; 2]),
}

impl Range {
    /// Returns the range of all values of both.
    pub fn and(self, other: Range) -> Range {
        match (self, other) {
            (Range::Text([a, b]), Range::Text([c, d])) => Range::Text([a.min(c), b.max(d)]),
            (Range::Long([a, b]), Range::Long([c, d])) => Range::Long([a.min(c), b.max(d)]),
            (Range::Double([a, b]), Range::Double([c, d])) => Range::Double([a.min(c), b.max(d)]),
            (Range::Boolean([a, b]), Range::Boolean([c, d])) => Range::Boolean([a & c, b | d]),
            _ => unreachable!("a leaf has values of one type"),
        }
    }

    /// Returns the least and the greatest value as the statistics of Parquet have them. Zero is the least as -0 and the
    /// greatest as +0, because either can be among the values.
    pub fn plain(&self) -> [Vec<u8>; 2] {
        match self {
            Range::Text(texts) => texts.each_ref().map(|text| text.to_vec()),
            Range::Long(values) => values.map(|value| value.to_le_bytes().to_vec()),
            Range::Double([least, most]) => {
                let least = if *least == 0.0 { -0.0 } else { *least };
                let most = if *most == 0.0 { 0.0 } else { *most };
                [least, most].map(|value: f64| value.to_le_bytes().to_vec())
            }
            Range::Boolean(values) => values.map(|value| vec![u8::from(value)]),
        }
    }

    /// Returns the least and the greatest value, by the type of the leaf.
    pub fn values(&self, kind: LeafKind) -> [LeafValue; 2] {
        match self {
            Range::Text(texts) => {
                texts.each_ref().map(|text| LeafValue::Text(String::from_utf8_lossy(text).into_owned()))
            }
            Range::Long(values) => values.map(|value| match kind {
                LeafKind::Timestamp => LeafValue::Timestamp(VirtualTime::from_micros(value)),
                LeafKind::NaiveTimestamp => LeafValue::NaiveTimestamp(VirtualTime::from_micros(value)),
                _ => LeafValue::Integer(value),
            }),
            Range::Double(values) => values.map(LeafValue::Number),
            Range::Boolean(values) => values.map(LeafValue::Boolean),
        }
    }
}
