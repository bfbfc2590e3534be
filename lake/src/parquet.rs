//! Apache Parquet: row groups of columns, each in pages that are encoded and compressed as soon as they are full, so
//! that the rows of one page and the pages of one row group are in memory. The metadata at the end of the file holds
//! the schema, statistics, and the world that the rows come from.
//!
//! The format is written directly, and not by a crate for it: a column's type says more than Parquet's does (a word of
//! a closed list has its place in the dictionary already), and a newer version of a crate would write other bytes. Must
//! not depend on: other file formats.

mod column;
mod encoding;
mod fixed;
mod footer;
mod hybrid;
mod range;
mod schema;
mod slots;
mod texts;
mod thrift;
mod values;

use crate::codec::BlockCodec;
use crate::error::LakeError;
use crate::faults::Faults;
use crate::file_format::{Compression, FileFormat};
use crate::leaf::{LeafKind, LeafRef, Leaves};
use crate::output::{Counted, Destination};
use crate::row_writer::RowWriter;
use crate::summary::{FileSummary, LeafStatistics};
use crate::table::Table;
use column::{Chunk, LeafColumn};
use footer::{Footer, RowGroup};
use populace_sim::VirtualTime;
use populace_wire::{RecordDecoder, time_column};
use range::Range;
use std::io::{self, Write};

/// The mark at the beginning and the end of a file.
const MARK: &[u8] = b"PAR1";

/// When pages and row groups are full.
#[derive(Clone, Copy, Debug)]
pub struct Lengths {
    /// The most rows of a page.
    pub page_rows: u64,
    /// The most bytes of the records of a page.
    pub page_len: usize,
    /// The length of a row group before compression, in bytes.
    pub group_len: usize,
}

impl Default for Lengths {
    fn default() -> Self {
        Lengths { page_rows: 16 * 1024, page_len: 8 << 20, group_len: 64 << 20 }
    }
}

/// A Parquet file.
pub struct ParquetFile {
    to: Counted<Destination>,
    decoder: RecordDecoder,
    leaves: Leaves,
    columns: Vec<LeafColumn>,
    compression: Compression,
    codec: BlockCodec,
    /// The leaf that holds the instant of a row.
    time: Option<usize>,
    properties: Vec<(&'static str, String)>,
    groups: Vec<RowGroup>,
    lengths: Lengths,
    open: Open,
    rows: u64,
    faults: Faults,
}

/// The lengths of what is in memory.
#[derive(Debug, Default)]
struct Open {
    /// The rows of the page.
    page_rows: u64,
    /// The bytes of their records.
    page_len: usize,
    /// The rows of the row group, those of the page included.
    group_rows: u64,
    /// The bytes of the row group's pages, and of those before compression.
    len: usize,
    plain_len: usize,
}

impl ParquetFile {
    /// Returns a file without rows.
    pub fn new(
        compression: Compression,
        table: &Table<'_>,
        to: Destination,
        lengths: Lengths,
    ) -> Result<Self, LakeError> {
        let (leaves, faults) = (Leaves::new(table.columns), Faults::new(FileFormat::Parquet, table));
        let mut file = ParquetFile {
            to: Counted::new(to),
            decoder: RecordDecoder::new(table.record_format, table.columns),
            columns: leaves.all().iter().cloned().map(LeafColumn::new).collect(),
            time: time_column(table.stream, table.columns).map(|column| leaves.first(column)),
            leaves,
            compression,
            codec: codec(compression).map_err(|e| faults.write(e))?,
            properties: table.properties().into(),
            groups: Vec::new(),
            lengths,
            open: Open::default(),
            rows: 0,
            faults,
        };
        file.to.write_all(MARK).map_err(|e| file.faults.write(e))?;
        Ok(file)
    }

    fn end_page(&mut self) -> io::Result<()> {
        for column in &mut self.columns {
            let (len, plain_len) = column.end_page(&mut self.codec)?;
            self.open.len += len;
            self.open.plain_len += plain_len;
        }
        (self.open.page_rows, self.open.page_len) = (0, 0);
        if self.open.plain_len < self.lengths.group_len { Ok(()) } else { self.end_group() }
    }

    fn end_group(&mut self) -> io::Result<()> {
        let mut chunks = Vec::with_capacity(self.columns.len());
        for column in &mut self.columns {
            let start = self.to.bytes() as i64;
            let (dictionary, pages, chunk) = column.end_chunk(&mut self.codec)?;
            self.to.write_all(&dictionary)?;
            self.to.write_all(&pages)?;
            chunks.push((chunk, start));
        }
        self.groups.push(RowGroup { rows: self.open.group_rows as i64, chunks });
        self.open = Open::default();
        Ok(())
    }

    fn end_file(&mut self) -> io::Result<()> {
        if self.open.page_rows > 0 {
            self.end_page()?;
        }
        if self.open.group_rows > 0 {
            self.end_group()?;
        }
        let footer = Footer {
            leaves: self.leaves.all(),
            groups: &self.groups,
            sorted_by: self.time,
            compression: self.compression,
            properties: &self.properties,
        };
        self.to.write_all(&footer.bytes())?;
        self.to.flush()
    }

    /// Returns what is known of a leaf from all row groups.
    fn statistics(&self, place: usize) -> LeafStatistics {
        let leaf = &self.leaves.all()[place];
        let chunks = || self.groups.iter().map(|group| &group.chunks[place].0);
        LeafStatistics {
            path: [Some(leaf.column.as_str()), leaf.part].into_iter().flatten().map(str::to_owned).collect(),
            null_count: chunks().map(|chunk| chunk.nulls as u64).sum(),
            range: whole_range(chunks()).map(|range| range.values(leaf.kind)),
        }
    }

    /// Returns the instants of the first and the last row: rows are sorted by time.
    fn instants(&self) -> Option<[VirtualTime; 2]> {
        let place = self.time?;
        match whole_range(self.groups.iter().map(|group| &group.chunks[place].0))? {
            Range::Long(range) => Some(range.map(VirtualTime::from_micros)),
            _ => None,
        }
    }

    fn summary(&self) -> FileSummary {
        let places = (0..self.columns.len()).filter(|place| self.leaves.all()[*place].kind != LeafKind::List);
        FileSummary {
            rows: self.rows,
            bytes: self.to.bytes(),
            instants: self.instants(),
            statistics: places.map(|place| self.statistics(place)).collect(),
        }
    }
}

fn codec(compression: Compression) -> io::Result<BlockCodec> {
    match compression {
        Compression::None => Ok(BlockCodec::None),
        Compression::Gzip => Ok(BlockCodec::Gzip),
        Compression::Zstd => BlockCodec::zstandard(),
    }
}

fn whole_range<'a>(chunks: impl Iterator<Item = &'a Chunk>) -> Option<Range> {
    chunks.filter_map(|chunk| chunk.range.clone()).reduce(Range::and)
}

impl RowWriter for ParquetFile {
    fn row(&mut self, record: &[u8]) -> Result<(), LakeError> {
        self.rows += 1;
        let (leaves, columns) = (&self.leaves, &mut self.columns);
        let decoded = self.decoder.decode(record, |column, value| {
            leaves.of_value(column, value, |leaf, value: LeafRef<'_>| columns[leaf].push(value));
        });
        decoded.map_err(|fault| self.faults.record(self.rows, fault))?;
        self.open.page_rows += 1;
        self.open.group_rows += 1;
        self.open.page_len += record.len();
        if self.open.page_rows < self.lengths.page_rows && self.open.page_len < self.lengths.page_len {
            return Ok(());
        }
        self.end_page().map_err(|e| self.faults.write(e))
    }

    fn written(&self) -> u64 {
        // The rows of the page will be about as long as those before them, or a quarter of their records.
        let before = self.rows - self.open.page_rows;
        let flushed = self.to.bytes() + self.open.len as u64;
        let page = (flushed * self.open.page_rows).checked_div(before).unwrap_or(self.open.page_len as u64 / 4);
        flushed + page
    }

    fn finish(mut self: Box<Self>) -> Result<FileSummary, LakeError> {
        self.end_file().map_err(|e| self.faults.write(e))?;
        Ok(self.summary())
    }
}
