//! The tables of who lives there, as they were at any instant of a world's past. Must not depend on: faces.

use super::OperationError;
use super::inspect::{InspectError, instant};
use crate::run::{Past, RunError, StoredWorld};
use populace_sim::{
    Completion, CustomerRow, DriftNotice, DriverRow, Interaction, Label, MerchantRow, OrderKey, Outlet, ProductRow,
    Stream, TopicRules, Transaction, Trip, UserRow, VirtualTime, format_time,
};
use populace_wire::{Batch, BatchOutlet, Content, Encoders, Merged, TopicFormat};
use std::collections::BTreeMap;

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
}

/// The rows of a table, as lines of JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The table.
    pub stream: Stream,
    /// The rows, each with a newline.
    pub lines: String,
}

/// Returns the tables of a stopped world, which need not have them as topics. Takes as long as a backfill to the instant.
///
/// # Errors
/// If the instant is not in the past, or the world cannot be read.
pub fn tables(world: &StoredWorld, request: &TablesRequest) -> Result<Vec<Table>, OperationError<InspectError>> {
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
    Ok(request
        .tables
        .iter()
        .map(|stream| Table { stream: *stream, lines: lines(&merged, *stream, request.rows) })
        .collect())
}

/// Returns encoders of lines, with the fields that a world chose.
fn encoders(topics: &TopicRules) -> Result<Encoders, RunError> {
    let mut topics = topics.clone();
    for stream in Stream::ALL {
        TopicFormat::Json.name().clone_into(&mut topics.of_mut(stream).format);
    }
    Encoders::new(&topics).map_err(|error| RunError::Sim(error.to_string()))
}

/// A row, and the instant from which on it no longer holds.
struct Row {
    text: String,
    valid_to: Option<VirtualTime>,
}

fn lines(rows: &Merged, table: Stream, choice: RowChoice) -> String {
    let (mut all, mut last) = (Vec::<Row>::new(), BTreeMap::new());
    for record in rows.iter().filter(|record| record.stream == table) {
        if let Some(before) = last.remove(record.key) {
            let before: &mut Row = &mut all[before];
            before.valid_to = Some(record.time);
        }
        if record.content == Content::Value {
            last.insert(record.key, all.len());
            all.push(Row { text: String::from_utf8_lossy(record.value).into_owned(), valid_to: None });
        }
    }
    let wanted = all.iter().filter(|row| choice == RowChoice::History || row.valid_to.is_none());
    wanted.map(line).collect()
}

/// Returns a row as a line with the instant of its end behind its fields.
fn line(row: &Row) -> String {
    let fields = row.text.strip_suffix('}').unwrap_or(&row.text);
    let end = row.valid_to.map_or("null".to_owned(), |at| format!("\"{}\"", format_time(at)));
    format!("{fields},\"valid_to\":{end}}}\n")
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
