//! The rows of a town's topics in the format of their files. The one module that knows the writers of formats. Must not
//! depend on: staging, where files lie.

use super::piece::Piece;
use crate::config::{FileCompression, FileFormat, FilePartition, FileShape};
use crate::sink::{SinkError, TopicNames};
use populace_lake::{
    Compression, DeltaPartition, DeltaTable, FileSummary, LakeError, RowWriter, Stamp, Table, first_entry, writer,
};
use populace_sim::{RULES_VERSION, STREAMS, Stream, Town, VirtualTime};
use populace_wire::{Content, Encoders, Record};
use std::io::{self, Write};
use std::path::Path;
use twox_hash::XxHash3_128;

/// The number of bytes of a megabyte.
const MEGABYTE: u64 = 1_000_000;

/// The format of the files of a town's topics.
pub(crate) struct RowFormat {
    shape: FileShape,
    encoders: Encoders,
    names: TopicNames,
    /// The namespaces of the topics' Avro types, by stream.
    namespaces: [String; STREAMS],
    seed: u64,
    world: u128,
    /// The beginning of the world.
    start: VirtualTime,
}

impl RowFormat {
    /// Returns the format of the files of a town's topics.
    ///
    /// # Errors
    /// If the format has no place for a topic's records.
    pub(crate) fn new(shape: FileShape, town: &Town) -> Result<Self, SinkError> {
        let scenario = town.scenario();
        let format = RowFormat {
            shape,
            encoders: Encoders::new(&scenario.topics).expect("a town has topics that can be encoded"),
            names: TopicNames::of_town(town),
            namespaces: Stream::ALL.map(|stream| scenario.topics.of(stream).namespace.clone()),
            seed: scenario.world.seed,
            world: 0,
            start: town.start(),
        };
        for stream in town.streams() {
            format.rows(stream, (Piece { day: 0, hour: None }, 1), Box::new(io::sink()))?;
            format.check_table(stream)?;
        }
        Ok(format)
    }

    /// Returns the format of the files of a world.
    pub(crate) fn of_world(self, world: u128) -> Self {
        RowFormat { world, ..self }
    }

    /// Returns the id of the world.
    pub(super) fn world(&self) -> u128 {
        self.world
    }

    /// Returns the beginning of the world.
    pub(super) fn start(&self) -> VirtualTime {
        self.start
    }

    /// Returns whether the files are those of Delta tables.
    pub(crate) fn is_delta(&self) -> bool {
        self.shape.format == FileFormat::Delta
    }

    /// Returns the Delta table of a stream's topic.
    pub(super) fn delta_table(&self, stream: Stream) -> DeltaTable<'_> {
        let hourly = self.shape.partition == FilePartition::Hour;
        let topic = self.names.of(stream);
        DeltaTable {
            topic,
            columns: self.encoders.columns(stream),
            partition: if hourly { DeltaPartition::Hour } else { DeltaPartition::Day },
            id: XxHash3_128::oneshot(format!("{:032x}/{topic}", self.world).as_bytes()),
        }
    }

    fn check_table(&self, stream: Stream) -> Result<(), SinkError> {
        let stamp = Stamp { application: "", version: 0, at: self.start };
        let entry = self.is_delta().then(|| first_entry(&self.delta_table(stream), &stamp));
        entry.transpose().map_err(|error| failed(self.names.of(stream), error)).map(|_| ())
    }

    /// Returns the shape of the files.
    pub(crate) fn shape(&self) -> &FileShape {
        &self.shape
    }

    /// Returns whether the files have a row for a record. Files of columns have none for the end of a table's row.
    pub(crate) fn takes(&self, record: &Record<'_>) -> bool {
        record.content == Content::Value || self.shape.format == FileFormat::Jsonl
    }

    /// Returns the piece of a file by its path in the folder of its topic; None if it is no file of this shape.
    pub(crate) fn piece_of(&self, path: &str) -> Option<Piece> {
        let start = path.replace("dt=", "").replace("/hour=", "T");
        let start = start.split(['/', '.']).next()?;
        let piece = Piece::parse(start).or_else(|| Piece::parse(start.rsplit_once('-')?.0))?;
        let number = path.rsplit_once('-').and_then(|(_, end)| end.split('.').next()?.parse().ok());
        (piece.path(&self.shape, number.unwrap_or(1)) == path).then_some(piece)
    }

    /// Returns whether a file of so many bytes is continued in another one.
    pub(super) fn is_full(&self, bytes: u64) -> bool {
        self.shape.max_megabytes > 0 && bytes >= self.shape.max_megabytes * MEGABYTE
    }

    /// Returns the writer of the file of a piece with this number.
    ///
    /// # Errors
    /// If the format has no place for the topic's records, or the beginning of the file cannot be written.
    pub(super) fn rows(
        &self,
        stream: Stream,
        (piece, number): (Piece, u32),
        to: Box<dyn Write + Send>,
    ) -> Result<Rows, SinkError> {
        let file = format!("{}/{}", self.names.of(stream), piece.path(&self.shape, number));
        let table = Table {
            stream,
            topic: self.names.of(stream),
            namespace: &self.namespaces[stream as usize],
            columns: self.encoders.columns(stream),
            record_format: self.encoders.format(stream),
            world: self.world,
            seed: self.seed,
            rules: RULES_VERSION,
            file: &file,
        };
        let rows = writer(format_of(&self.shape), compression_of(&self.shape), &table, to);
        let rows = rows.map_err(|error| failed(&file, error))?;
        Ok(Rows { rows, file })
    }
}

fn format_of(shape: &FileShape) -> populace_lake::FileFormat {
    match shape.format {
        FileFormat::Jsonl => populace_lake::FileFormat::Jsonl,
        FileFormat::Csv => populace_lake::FileFormat::Csv,
        FileFormat::Parquet | FileFormat::Delta => populace_lake::FileFormat::Parquet,
        FileFormat::Avro => populace_lake::FileFormat::Avro,
    }
}

fn compression_of(shape: &FileShape) -> Compression {
    match shape.compression {
        FileCompression::None => Compression::None,
        FileCompression::Gzip => Compression::Gzip,
        FileCompression::Zstd => Compression::Zstd,
    }
}

fn failed(file: &str, error: LakeError) -> SinkError {
    match error {
        LakeError::Write { source, .. } => SinkError::io(Path::new(file), "written", source),
        other => SinkError::Rows(Box::new(other)),
    }
}

/// The writer of one file.
pub(crate) struct Rows {
    rows: Box<dyn RowWriter>,
    file: String,
}

impl Rows {
    pub(super) fn row(&mut self, value: &[u8]) -> Result<(), SinkError> {
        self.rows.row(value).map_err(|error| failed(&self.file, error))
    }

    pub(super) fn written(&self) -> u64 {
        self.rows.written()
    }

    pub(super) fn finish(self) -> Result<FileSummary, SinkError> {
        self.rows.finish().map_err(|error| failed(&self.file, error))
    }
}
