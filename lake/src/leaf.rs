//! The leaves of rows: the columns, with the parts of nested values one by one. Must not depend on: single file
//! formats.

use populace_wire::{Column, ColumnValue, FieldType, Word, WordList};

/// A column, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The name of the column.
    pub column: String,
    /// The name of the part, if the column has parts.
    pub part: Option<&'static str>,
    /// The type of the values.
    pub kind: LeafKind,
    /// True if rows can have no value. All parts of a nested value have one then, or none has.
    pub is_optional: bool,
}

/// The type of a leaf's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafKind {
    /// Text.
    Text,
    /// One of a list of words.
    Word(&'static [&'static str]),
    /// An instant.
    Timestamp,
    /// An instant in UTC without an offset.
    NaiveTimestamp,
    /// An integer.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A list of words.
    List,
}

/// A value of a leaf, borrowed from its record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LeafRef<'a> {
    /// No value.
    Null,
    /// Text.
    Text(&'a str),
    /// A word of the leaf's list.
    Word(Word),
    /// An instant, with or without an offset, in microseconds.
    Micros(i64),
    /// An integer.
    Integer(i64),
    /// A number.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// A list of words.
    List(WordList<'a>),
}

/// The leaves of all columns, in order.
#[derive(Clone, Debug)]
pub struct Leaves {
    leaves: Vec<Leaf>,
    /// The place of the first leaf of each column, and the number of all leaves.
    firsts: Vec<usize>,
}

impl Leaves {
    /// Returns the leaves of columns.
    pub fn new(columns: &[Column]) -> Self {
        let (mut leaves, mut firsts) = (Vec::new(), vec![0]);
        for column in columns {
            let (is_optional, kind) = optional(column.kind);
            leaves.extend(parts(kind).into_iter().map(|(part, kind)| Leaf {
                column: column.name.clone(),
                part,
                kind,
                is_optional,
            }));
            firsts.push(leaves.len());
        }
        Leaves { leaves, firsts }
    }

    /// Returns all leaves.
    pub fn all(&self) -> &[Leaf] {
        &self.leaves
    }

    /// Returns the place of the first leaf of a column.
    pub fn first(&self, column: usize) -> usize {
        self.firsts[column]
    }

    /// Passes the place and the value of each leaf of a column to `take`.
    #[inline(always)]
    pub fn of_value<'a>(&self, column: usize, value: ColumnValue<'a>, mut take: impl FnMut(usize, LeafRef<'a>)) {
        let first = self.firsts[column];
        match value {
            ColumnValue::Null => (first..self.firsts[column + 1]).for_each(|leaf| take(leaf, LeafRef::Null)),
            ColumnValue::Text(text) => take(first, LeafRef::Text(text)),
            ColumnValue::Word(word) => take(first, LeafRef::Word(word)),
            ColumnValue::Timestamp(at) | ColumnValue::NaiveTimestamp(at) => take(first, LeafRef::Micros(at.micros())),
            ColumnValue::Integer(value) => take(first, LeafRef::Integer(value)),
            ColumnValue::Number(value) => take(first, LeafRef::Number(value)),
            ColumnValue::Boolean(value) => take(first, LeafRef::Boolean(value)),
            ColumnValue::Point(point) => {
                take(first, LeafRef::Number(point.lat));
                take(first + 1, LeafRef::Number(point.lon));
            }
            ColumnValue::Object(words) => {
                (first..).zip(words.iter()).for_each(|(leaf, (_, word))| take(leaf, LeafRef::Word(word)));
            }
            ColumnValue::Words(words) => take(first, LeafRef::List(words)),
        }
    }
}

/// Returns whether values of a type can be missing, and the type of those that are there.
pub fn optional(kind: &'static FieldType) -> (bool, &'static FieldType) {
    if let FieldType::OrNull(inner) = kind { (true, inner) } else { (false, kind) }
}

/// Returns the parts of values of a type; the whole value if it has none.
fn parts(kind: &'static FieldType) -> Vec<(Option<&'static str>, LeafKind)> {
    let whole = |kind| vec![(None, kind)];
    match kind {
        FieldType::Uuid | FieldType::Account | FieldType::Numbered(_) | FieldType::Text | FieldType::Ipv4 => {
            whole(LeafKind::Text)
        }
        FieldType::Timestamp => whole(LeafKind::Timestamp),
        FieldType::NaiveTimestamp => whole(LeafKind::NaiveTimestamp),
        FieldType::OneOf(words) => whole(LeafKind::Word(words)),
        FieldType::Integer(..) => whole(LeafKind::Integer),
        FieldType::Number(..) => whole(LeafKind::Number),
        FieldType::Boolean => whole(LeafKind::Boolean),
        FieldType::Point => ["lat", "lon"].map(|part| (Some(part), LeafKind::Number)).to_vec(),
        FieldType::Object(parts) => parts.iter().map(|(part, words)| (Some(*part), LeafKind::Word(words))).collect(),
        FieldType::Words => whole(LeafKind::List),
        FieldType::OrNull(inner) => parts(inner),
    }
}
