//! The tables of who lives there, as they were at any instant of a world's past. Must not depend on: faces.

use super::OperationError;
use super::inspect::{InspectError, instant};
use crate::run::{Past, RunError, StoredWorld};
use populace_lake::{Compression, FileFormat, Table, writer};
use populace_sim::{
    Completion, CustomerRow, DriftNotice, DriverRow, Interaction, Label, MerchantRow, OrderKey, Outlet, ProductRow,
    Stream, TopicRules, Transaction, Trip, UserRow, VirtualTime, format_time,
};
use populace_wire::{Batch, BatchOutlet, Column, Content, Encoders, FieldType, Merged, TopicFormat};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// The rows that are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowChoice {
    /// Those that hold at the instant.
    Valid,
    /// All from the start of the world through the instant.
    History,
}

/// A request for tables.
#[derive(Clone, Debug, PartialEq)]
pub struct TablesRequest {
    /// The instant; a relative one counts from the world's present. None is the present.
    pub at: Option<String>,
    /// The tables.
    pub tables: Vec<Stream>,
    /// The rows.
    pub rows: RowChoice,
    /// The format of the rows.
    pub format: FileFormat,
    /// The compression of the rows.
    pub compression: Compression,
}

/// The rows of a table as a file.
#[derive(Clone, Debug, PartialEq)]
pub struct TableFile {
    /// The name of the file.
    pub name: String,
    /// The contents.
    pub file: Vec<u8>,
}

/// Returns the tables of a stopped world, which need not have them as topics. Takes as long as a backfill to the instant.
///
/// # Errors
/// If the instant is not in the past, the world cannot be read, or the format has no place for the fields of a table.
pub fn tables(world: &StoredWorld, request: &TablesRequest) -> Result<Vec<TableFile>, OperationError<InspectError>> {
    let now = world.meta.time;
    let at = request.at.as_deref().map_or(Ok(now), |at| instant(at, now)).map_err(OperationError::Refused)?;
    let past = Past::read(&world.store, &world.dir, now)?;
    past.check(at).map_err(|error| OperationError::Refused(error.into()))?;
    let encoders = encoders(&world.latest.topics)?;
    let whole = past.whole(at, &request.tables)?;
    let merged = Merged::new(whole.of_all_shards(|shard| {
        let mut batch = Batch::default();
        whole.live(shard, &mut RowsOnly(encoders.outlet(&mut batch)));
        batch
    }));
    let file = |stream: &Stream| {
        let name = format!("{}.{}", stream.section(), request.format.extension(request.compression));
        let columns = with_end(encoders.columns(*stream));
        let file = file_of(request, &named(world, *stream, &name, &columns), &merged)?;
        Ok(TableFile { name, file })
    };
    request.tables.iter().map(file).collect()
}

/// Returns encoders of lines, with the fields that a world chose.
fn encoders(topics: &TopicRules) -> Result<Encoders, RunError> {
    let mut topics = topics.clone();
    for stream in Stream::ALL {
        TopicFormat::Json.name().clone_into(&mut topics.of_mut(stream).format);
    }
    Encoders::new(&topics).map_err(|error| RunError::Sim(error.to_string()))
}

/// Returns the columns of a table with the instant from which on a row no longer holds.
fn with_end(columns: &[Column]) -> Vec<Column> {
    let end = Column::of_field("valid_to", &FieldType::OrNull(&FieldType::Timestamp));
    columns.iter().cloned().chain([end]).collect()
}

/// Returns what the file of a table says of itself.
fn named<'a>(world: &'a StoredWorld, stream: Stream, name: &'a str, columns: &'a [Column]) -> Table<'a> {
    let (topic, identity) = (world.latest.topics.of(stream), world.store.identity());
    Table {
        stream,
        topic: &topic.name,
        namespace: &topic.namespace,
        columns,
        record_format: TopicFormat::Json,
        world: identity.world_id,
        seed: identity.seed,
        rules: identity.rules_version,
        file: name,
    }
}

fn file_of(request: &TablesRequest, table: &Table<'_>, merged: &Merged) -> Result<Vec<u8>, RunError> {
    let bytes = SharedBytes::default();
    let write = || {
        let mut writer = writer(request.format, request.compression, table, bytes.clone())?;
        for row in rows(merged, table.stream, request.rows) {
            writer.row(line(&row).as_bytes())?;
        }
        writer.finish()
    };
    write().map_err(Box::new).map_err(RunError::from)?;
    Ok(bytes.take())
}

/// Bytes that a writer which owns its destination leaves to its maker.
#[derive(Clone, Debug, Default)]
struct SharedBytes(Arc<Mutex<Vec<u8>>>);

impl SharedBytes {
    fn take(self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for SharedBytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A row, and the instant from which on it no longer holds.
struct Row {
    text: String,
    valid_to: Option<VirtualTime>,
}

/// Returns the wanted rows of a table, in the order of their beginnings.
fn rows(merged: &Merged, table: Stream, choice: RowChoice) -> Vec<Row> {
    let (mut all, mut last) = (Vec::<Row>::new(), BTreeMap::new());
    for record in merged.iter().filter(|record| record.stream == table) {
        if let Some(before) = last.remove(record.key) {
            let before: &mut Row = &mut all[before];
            before.valid_to = Some(record.time);
        }
        if record.content == Content::Value {
            last.insert(record.key, all.len());
            all.push(Row { text: String::from_utf8_lossy(record.value).into_owned(), valid_to: None });
        }
    }
    all.retain(|row| choice == RowChoice::History || row.valid_to.is_none());
    all
}

/// Returns a row as a record with the instant of its end behind its fields.
fn line(row: &Row) -> String {
    let fields = row.text.strip_suffix('}').unwrap_or(&row.text);
    let end = row.valid_to.map_or("null".to_owned(), |at| format!("\"{}\"", format_time(at)));
    format!("{fields},\"valid_to\":{end}}}")
}

/// An outlet of rows alone.
struct RowsOnly<'a>(BatchOutlet<'a>);

impl Outlet for RowsOnly<'_> {
    fn transaction(&mut self, _: OrderKey, _: &Transaction) {}
    fn trip(&mut self, _: OrderKey, _: &Trip) {}
    fn interaction(&mut self, _: OrderKey, _: &Interaction) {}
    fn label(&mut self, _: OrderKey, _: &Label) {}
    fn completion(&mut self, _: OrderKey, _: &Completion) {}
    fn drift(&mut self, _: OrderKey, _: &DriftNotice) {}

    fn user(&mut self, order: OrderKey, row: &UserRow) {
        self.0.user(order, row);
    }

    fn driver(&mut self, order: OrderKey, row: &DriverRow) {
        self.0.driver(order, row);
    }

    fn customer(&mut self, order: OrderKey, row: &CustomerRow) {
        self.0.customer(order, row);
    }

    fn merchant(&mut self, order: OrderKey, row: &MerchantRow) {
        self.0.merchant(order, row);
    }

    fn product(&mut self, order: OrderKey, row: &ProductRow) {
        self.0.product(order, row);
    }
}
