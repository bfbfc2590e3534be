//! The metadata at the end of a Parquet file. Must not depend on: values.

use super::column::{Chunk, RLE};
use super::schema::{elements, path, physical};
use super::thrift::ThriftStruct;
use crate::file_format::Compression;
use crate::leaf::Leaf;

/// The writer as files name it, with the version of its encodings: it changes if the same rows give other bytes.
const WRITER: &str = "populace version 1.0.0 (build 1)";

/// The longest text of a statistic, in bytes.
const STATISTIC_LEN: usize = 1_024;

/// A row group, as the metadata describes it.
#[derive(Debug)]
pub struct RowGroup {
    /// The number of its rows.
    pub rows: i64,
    /// Its columns: what the file says of them, and their place in the file.
    pub chunks: Vec<(Chunk, i64)>,
}

/// What a file says of itself.
pub struct Footer<'a> {
    /// The leaves, in order.
    pub leaves: &'a [Leaf],
    /// The row groups, in order.
    pub groups: &'a [RowGroup],
    /// The leaf that rows are sorted by.
    pub sorted_by: Option<usize>,
    /// The compression of the pages.
    pub compression: Compression,
    /// Names and values.
    pub properties: &'a [(&'static str, String)],
}

impl Footer<'_> {
    /// Returns the metadata, its length behind it, and the mark of a file's end.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = ThriftStruct::bytes(|file| {
            file.i32(1, 2);
            file.structures(2, &elements(self.leaves), |to, element| element.write(to));
            file.i64(3, self.groups.iter().map(|group| group.rows).sum());
            let numbered: Vec<(usize, &RowGroup)> = self.groups.iter().enumerate().collect();
            file.structures(4, &numbered, |to, (number, group)| self.write_group(*number, group, to));
            file.structures(5, self.properties, |to, (name, value)| {
                to.binary(1, name.as_bytes());
                to.binary(2, value.as_bytes());
            });
            file.binary(6, WRITER.as_bytes());
            // Statistics compare values by the order of their type.
            file.structures(7, self.leaves, |to, _| to.structure(1, |_| ()));
        });
        let len = bytes.len() as u32;
        bytes.extend_from_slice(&len.to_le_bytes());
        bytes.extend_from_slice(b"PAR1");
        bytes
    }

    fn write_group(&self, number: usize, group: &RowGroup, to: &mut ThriftStruct) {
        let chunks: Vec<(&Leaf, &(Chunk, i64))> = self.leaves.iter().zip(&group.chunks).collect();
        to.structures(1, &chunks, |to, (leaf, (chunk, start))| {
            to.i64(2, *start);
            to.structure(3, |to| self.write_chunk(leaf, chunk, *start, to));
        });
        let sum = |of: fn(&Chunk) -> i64| group.chunks.iter().map(|(chunk, _)| of(chunk)).sum();
        to.i64(2, sum(|chunk| chunk.plain_len));
        to.i64(3, group.rows);
        let sorted: Vec<usize> = self.sorted_by.into_iter().collect();
        to.structures(4, &sorted, |to, leaf| {
            to.i32(1, *leaf as i32);
            to.boolean(2, false);
            to.boolean(3, false);
        });
        to.i64(5, group.chunks.first().map_or(0, |(_, start)| *start));
        to.i64(6, sum(|chunk| chunk.len));
        to.i16(7, number as i16);
    }

    fn write_chunk(&self, leaf: &Leaf, chunk: &Chunk, start: i64, to: &mut ThriftStruct) {
        let encodings: Vec<i32> = [RLE].into_iter().chain(chunk.encodings.iter().map(|e| e.number())).collect();
        to.i32(1, physical(leaf.kind));
        to.i32s(2, &encodings);
        to.texts(3, &path(leaf));
        to.i32(4, codec(self.compression));
        to.i64(5, chunk.entries);
        to.i64(6, chunk.plain_len);
        to.i64(7, chunk.len);
        to.i64(9, start + chunk.dictionary_len);
        if chunk.dictionary_len > 0 {
            to.i64(11, start);
        }
        to.structure(12, |to| write_statistics(chunk, to));
    }
}

fn write_statistics(chunk: &Chunk, to: &mut ThriftStruct) {
    to.i64(3, chunk.nulls);
    let range = chunk.range.as_ref().map(|range| range.plain());
    if let Some([least, most]) = range.filter(|range| range.iter().all(|value| value.len() <= STATISTIC_LEN)) {
        to.binary(5, &most);
        to.binary(6, &least);
    }
}

/// Returns the number of a compression in Parquet.
const fn codec(compression: Compression) -> i32 {
    match compression {
        Compression::None => 0,
        Compression::Gzip => 2,
        Compression::Zstd => 6,
    }
}
