//! Avro's object container files: a header with the schema, then blocks of rows, each compressed by itself and followed
//! by a marker. Must not depend on: other file formats.

mod row;

use crate::codec::BlockCodec;
use crate::error::LakeError;
use crate::faults::Faults;
use crate::file_format::{Compression, FileFormat};
use crate::instants::Instants;
use crate::output::{Counted, Destination};
use crate::row_writer::RowWriter;
use crate::summary::FileSummary;
use crate::table::Table;
use populace_wire::{Described, RecordDecoder, TopicFormat, TopicSchema};
use row::{AvroRow, append_bytes, append_long};
use std::io::{self, Write};
use twox_hash::XxHash3_128;

/// The length of the rows of a block before compression, in bytes.
const BLOCK_LEN: usize = 64 * 1024;

/// The marker behind the header and behind each block.
type Marker = [u8; 16];

/// An object container file.
pub struct AvroFile {
    to: Counted<Destination>,
    marker: Marker,
    codec: BlockCodec,
    /// Converts a record; `None` if records are in Avro already.
    row: Option<AvroRow>,
    instants: Instants,
    block: Vec<u8>,
    block_rows: i64,
    rows: u64,
    faults: Faults,
}

/// Returns the compression of blocks and the name that the header has for it.
fn codec(compression: Compression) -> io::Result<(BlockCodec, &'static str)> {
    Ok(match compression {
        Compression::None => (BlockCodec::None, "null"),
        Compression::Gzip => (BlockCodec::Deflate, "deflate"),
        Compression::Zstd => (BlockCodec::zstandard()?, "zstandard"),
    })
}

impl AvroFile {
    /// Returns a file with its header.
    pub fn new(compression: Compression, table: &Table<'_>, to: Destination) -> Result<Self, LakeError> {
        let Table { stream, topic, namespace, columns, .. } = *table;
        let schema = TopicSchema::new(TopicFormat::Avro, Described { stream, topic, namespace, columns })?;
        let faults = Faults::new(FileFormat::Avro, table);
        let (codec, codec_name) = codec(compression).map_err(|e| faults.write(e))?;
        let decoder = || RecordDecoder::new(table.record_format, columns);
        let mut file = AvroFile {
            to: Counted::new(to),
            marker: marker(table),
            row: (table.record_format != TopicFormat::Avro).then(|| AvroRow::new(decoder())),
            codec,
            instants: Instants::new(table),
            block: Vec::with_capacity(BLOCK_LEN + BLOCK_LEN / 8),
            block_rows: 0,
            rows: 0,
            faults,
        };
        let header = file.header(table, &schema.text, codec_name);
        file.to.write_all(&header).map_err(|e| file.faults.write(e))?;
        Ok(file)
    }

    /// Returns the header: a map from names to bytes, and the marker.
    fn header(&self, table: &Table<'_>, schema: &str, codec: &str) -> Vec<u8> {
        let own = [("avro.schema", schema.to_owned()), ("avro.codec", codec.to_owned())];
        let entries: Vec<(&str, String)> = own.into_iter().chain(table.properties()).collect();
        let mut header = b"Obj\x01".to_vec();
        append_long(&mut header, entries.len() as i64);
        for (name, value) in &entries {
            append_bytes(&mut header, name.as_bytes());
            append_bytes(&mut header, value.as_bytes());
        }
        append_long(&mut header, 0);
        header.extend_from_slice(&self.marker);
        header
    }

    fn write_block(&mut self) -> io::Result<()> {
        let block = self.codec.compress(&self.block)?;
        let mut head = Vec::new();
        append_long(&mut head, self.block_rows);
        append_long(&mut head, block.len() as i64);
        self.to.write_all(&head)?;
        self.to.write_all(&block)?;
        self.to.write_all(&self.marker)?;
        self.block.clear();
        self.block_rows = 0;
        Ok(())
    }
}

/// Returns the marker of a file: another for each file, and the same whenever the file is written.
fn marker(table: &Table<'_>) -> Marker {
    let name = format!("{:032x}/{}/{}", table.world, table.topic, table.file);
    XxHash3_128::oneshot(name.as_bytes()).to_be_bytes()
}

impl RowWriter for AvroFile {
    fn row(&mut self, record: &[u8]) -> Result<(), LakeError> {
        self.rows += 1;
        let added = self.instants.add(record).and_then(|()| match &self.row {
            Some(row) => row.append(record, &mut self.block),
            None => {
                self.block.extend_from_slice(record);
                Ok(())
            }
        });
        added.map_err(|fault| self.faults.record(self.rows, fault))?;
        self.block_rows += 1;
        if self.block.len() < BLOCK_LEN {
            return Ok(());
        }
        self.write_block().map_err(|e| self.faults.write(e))
    }

    fn written(&self) -> u64 {
        self.to.bytes() + self.block.len() as u64
    }

    fn finish(mut self: Box<Self>) -> Result<FileSummary, LakeError> {
        let instants = self.instants.range().map_err(|fault| self.faults.record(self.rows, fault))?;
        let last = if self.block_rows > 0 { self.write_block() } else { Ok(()) };
        last.and_then(|()| self.to.flush()).map_err(|e| self.faults.write(e))?;
        Ok(FileSummary { rows: self.rows, bytes: self.to.bytes(), instants, statistics: Vec::new() })
    }
}
