//! The schema of a Parquet file: columns with their types, nested values as groups. Must not depend on: pages.

use super::thrift::ThriftStruct;
use crate::leaf::{Leaf, LeafKind};

/// The numbers of types in Parquet.
const BOOLEAN: i32 = 0;
const INT64: i32 = 2;
const DOUBLE: i32 = 5;
const BYTE_ARRAY: i32 = 6;

/// The numbers of older names of types.
const UTF8: i32 = 0;
const LIST: i32 = 3;
const TIMESTAMP_MICROS: i32 = 10;

/// The fields of the union of types.
const STRING_TYPE: i16 = 1;
const LIST_TYPE: i16 = 3;
const TIMESTAMP_TYPE: i16 = 8;

/// Whether a value is there, in Parquet's numbers.
#[derive(Clone, Copy, Debug)]
enum Repetition {
    Required,
    Optional,
    Repeated,
}

impl Repetition {
    const fn of(is_optional: bool) -> Self {
        if is_optional { Repetition::Optional } else { Repetition::Required }
    }
}

/// A line of the schema: a group, whose children follow, or a leaf.
#[derive(Clone, Debug)]
pub struct Element {
    name: String,
    repetition: Option<Repetition>,
    content: Content,
}

/// What an element holds.
#[derive(Clone, Copy, Debug)]
enum Content {
    Group { children: i32, is_list: bool },
    Leaf(LeafKind),
}

/// Returns the number of the type of a leaf's values.
pub const fn physical(kind: LeafKind) -> i32 {
    match kind {
        LeafKind::Text | LeafKind::Word(_) | LeafKind::List => BYTE_ARRAY,
        LeafKind::Timestamp | LeafKind::NaiveTimestamp | LeafKind::Integer => INT64,
        LeafKind::Number => DOUBLE,
        LeafKind::Boolean => BOOLEAN,
    }
}

/// Returns the names of the groups around a leaf and its own.
pub fn path(leaf: &Leaf) -> Vec<&str> {
    let column = leaf.column.as_str();
    match (leaf.kind, leaf.part) {
        (LeafKind::List, _) => vec![column, "list", "element"],
        (_, Some(part)) => vec![column, part],
        (_, None) => vec![column],
    }
}

/// Returns the lines of the schema: the whole, then each column with its parts.
pub fn elements(leaves: &[Leaf]) -> Vec<Element> {
    let mut columns = Vec::new();
    let mut count = 0;
    for parts in leaves.chunk_by(|one, other| one.column == other.column) {
        count += 1;
        append_column(&mut columns, parts);
    }
    let whole = Content::Group { children: count, is_list: false };
    let mut all = vec![Element { name: "schema".to_owned(), repetition: None, content: whole }];
    all.append(&mut columns);
    all
}

fn append_column(to: &mut Vec<Element>, parts: &[Leaf]) {
    let first = &parts[0];
    let outer = Repetition::of(first.is_optional);
    let mut add = |name: &str, repetition, content| {
        to.push(Element { name: name.to_owned(), repetition: Some(repetition), content });
    };
    if first.kind == LeafKind::List {
        add(&first.column, outer, Content::Group { children: 1, is_list: true });
        add("list", Repetition::Repeated, Content::Group { children: 1, is_list: false });
        add("element", Repetition::Required, Content::Leaf(LeafKind::Text));
    } else if first.part.is_some() {
        add(&first.column, outer, Content::Group { children: parts.len() as i32, is_list: false });
        for leaf in parts {
            add(leaf.part.expect("all have one"), Repetition::Required, Content::Leaf(leaf.kind));
        }
    } else {
        add(&first.column, outer, Content::Leaf(first.kind));
    }
}

impl Element {
    /// Writes the element.
    pub fn write(&self, to: &mut ThriftStruct) {
        if let Content::Leaf(kind) = self.content {
            to.i32(1, physical(kind));
        }
        if let Some(repetition) = self.repetition {
            to.i32(3, repetition as i32);
        }
        to.binary(4, self.name.as_bytes());
        match self.content {
            Content::Group { children, is_list } => {
                to.i32(5, children);
                if is_list {
                    to.i32(6, LIST);
                    to.structure(10, |kind| kind.structure(LIST_TYPE, |_| ()));
                }
            }
            Content::Leaf(kind) => write_kind(kind, to),
        }
    }
}

fn write_kind(kind: LeafKind, to: &mut ThriftStruct) {
    match kind {
        LeafKind::Text | LeafKind::Word(_) | LeafKind::List => {
            to.i32(6, UTF8);
            to.structure(10, |kind| kind.structure(STRING_TYPE, |_| ()));
        }
        LeafKind::Timestamp | LeafKind::NaiveTimestamp => {
            let is_utc = kind == LeafKind::Timestamp;
            if is_utc {
                to.i32(6, TIMESTAMP_MICROS);
            }
            to.structure(10, |kind| {
                kind.structure(TIMESTAMP_TYPE, |timestamp| {
                    timestamp.boolean(1, is_utc);
                    timestamp.structure(2, |unit| unit.structure(2, |_| ()));
                });
            });
        }
        LeafKind::Integer | LeafKind::Number | LeafKind::Boolean => {}
    }
}
