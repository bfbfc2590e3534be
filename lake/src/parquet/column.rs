//! The pages of one leaf: its levels and values, encoded and compressed as soon as a page is full.
//! Must not depend on: the file.

use super::encoding::Encoding;
use super::hybrid;
use super::range::Range;
use super::thrift::ThriftStruct;
use super::values::Values;
use crate::codec::BlockCodec;
use crate::leaf::{Leaf, LeafKind, LeafRef};
use std::collections::BTreeSet;
use std::io;

/// The number of the encoding of levels in Parquet.
pub const RLE: i32 = 3;

/// The pages of one leaf in one row group.
#[derive(Debug)]
pub struct LeafColumn {
    leaf: Leaf,
    values: Values,
    /// How much of each entry of the page is there: nothing, an empty list, or a value. Empty if every row has a value.
    definitions: Vec<u32>,
    /// Whether each entry of the page continues the list of the one before. Empty unless the leaf is a list.
    repetitions: Vec<u32>,
    /// The number of rows, or elements of lists, in the page.
    entries: usize,
    pages: Vec<u8>,
    chunk: Chunk,
    /// The bytes of a page before compression, kept to be used again.
    page: Vec<u8>,
}

/// What a file says of the pages of a leaf in a row group.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// The encodings of its pages.
    pub encodings: BTreeSet<Encoding>,
    /// The number of rows, or elements of lists.
    pub entries: i64,
    /// The number of bytes before compression, with the heads of pages.
    pub plain_len: i64,
    /// The number of bytes in the file.
    pub len: i64,
    /// The length of the dictionary in the file; it comes first.
    pub dictionary_len: i64,
    /// The number of rows without a value.
    pub nulls: i64,
    /// The range of the values.
    pub range: Option<Range>,
}

impl LeafColumn {
    /// Returns a leaf without rows.
    pub fn new(leaf: Leaf) -> Self {
        LeafColumn {
            values: Values::new(leaf.kind),
            leaf,
            definitions: Vec::new(),
            repetitions: Vec::new(),
            entries: 0,
            pages: Vec::new(),
            chunk: Chunk::default(),
            page: Vec::new(),
        }
    }

    /// Returns the highest definition level: that of a value.
    fn defined(&self) -> u32 {
        u32::from(self.leaf.is_optional) + u32::from(self.leaf.kind == LeafKind::List)
    }

    /// Adds a row.
    #[inline(always)]
    pub fn push(&mut self, value: LeafRef<'_>) {
        match value {
            LeafRef::Null => self.push_missing(0),
            LeafRef::List(words) => self.push_list(words),
            value => {
                self.entries += 1;
                if self.leaf.is_optional {
                    self.definitions.push(1);
                }
                self.values.push(value);
            }
        }
    }

    /// Adds a row without values: null at level 0, or an empty list.
    fn push_missing(&mut self, level: u32) {
        self.entries += 1;
        self.definitions.push(level);
        if self.leaf.kind == LeafKind::List {
            self.repetitions.push(0);
        }
        self.chunk.nulls += 1;
    }

    fn push_list(&mut self, words: populace_wire::WordList<'_>) {
        if words.is_empty() {
            return self.push_missing(self.defined() - 1);
        }
        for (place, word) in words.iter().enumerate() {
            self.entries += 1;
            self.definitions.push(self.defined());
            self.repetitions.push(u32::from(place > 0));
            self.values.push(LeafRef::Text(word));
        }
    }

    /// Ends the page and returns the number of its bytes in the file and before compression.
    pub fn end_page(&mut self, codec: &mut BlockCodec) -> io::Result<(usize, usize)> {
        self.page.clear();
        append_levels(&mut self.page, &mut self.repetitions, 1);
        let defined = self.defined();
        append_levels(&mut self.page, &mut self.definitions, defined);
        let encoding = self.values.take_page(&mut self.page);
        let entries = std::mem::take(&mut self.entries) as i32;
        let (bytes, plain_len) = page(codec, &self.page, PageKind::Data { entries, encoding })?;
        self.chunk.encodings.insert(encoding);
        self.chunk.entries += i64::from(entries);
        self.chunk.plain_len += plain_len as i64;
        self.pages.extend_from_slice(&bytes);
        Ok((bytes.len(), plain_len))
    }

    /// Ends the row group and returns the dictionary's page, if there is one, the pages, and what the file says of
    /// them.
    pub fn end_chunk(&mut self, codec: &mut BlockCodec) -> io::Result<(Vec<u8>, Vec<u8>, Chunk)> {
        let mut chunk = std::mem::take(&mut self.chunk);
        let (values, count) = self.values.take_dictionary();
        let mut dictionary = Vec::new();
        if chunk.encodings.contains(&Encoding::Dictionary) {
            let (bytes, plain_len) = page(codec, &values, PageKind::Dictionary { count: count as i32 })?;
            chunk.plain_len += plain_len as i64;
            dictionary = bytes;
        }
        chunk.dictionary_len = dictionary.len() as i64;
        chunk.len = (dictionary.len() + self.pages.len()) as i64;
        chunk.range = self.values.take_range();
        Ok((dictionary, std::mem::take(&mut self.pages), chunk))
    }
}

/// Returns a page behind its head, and the length of both before compression.
fn page(codec: &mut BlockCodec, plain: &[u8], kind: PageKind) -> io::Result<(Vec<u8>, usize)> {
    let compressed = codec.compress(plain)?;
    let mut bytes = ThriftStruct::bytes(|head| {
        head.i32(1, kind.number());
        head.i32(2, plain.len() as i32);
        head.i32(3, compressed.len() as i32);
        kind.describe(head);
    });
    let plain_len = bytes.len() + plain.len();
    bytes.extend_from_slice(&compressed);
    Ok((bytes, plain_len))
}

/// What the head of a page says of its kind.
#[derive(Clone, Copy, Debug)]
enum PageKind {
    /// Values, with the number of entries.
    Data { entries: i32, encoding: Encoding },
    /// A dictionary, with the number of its values.
    Dictionary { count: i32 },
}

impl PageKind {
    const fn number(self) -> i32 {
        match self {
            PageKind::Data { .. } => 0,
            PageKind::Dictionary { .. } => 2,
        }
    }

    fn describe(self, head: &mut ThriftStruct) {
        match self {
            PageKind::Data { entries, encoding } => head.structure(5, |data| {
                data.i32(1, entries);
                data.i32(2, encoding.number());
                data.i32(3, RLE);
                data.i32(4, RLE);
            }),
            PageKind::Dictionary { count } => head.structure(7, |dictionary| {
                dictionary.i32(1, count);
                dictionary.i32(2, Encoding::Plain.number());
            }),
        }
    }
}

/// Appends the levels of a page behind their length, unless there are none.
fn append_levels(out: &mut Vec<u8>, levels: &mut Vec<u32>, most: u32) {
    if levels.is_empty() {
        return;
    }
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    hybrid::append(out, levels, hybrid::width(most));
    let len = (out.len() - start - 4) as u32;
    out[start..start + 4].copy_from_slice(&len.to_le_bytes());
    levels.clear();
}
