//! Columns of typed values as they grow row by row, and the rows of one topic. Must not depend on: Python.

mod fields;
mod values;

use crate::arrow::{Array, Field};
use crate::rows::Row;
use fields::field;
use populace_sim::{Id, Stream, VirtualTime};
use populace_wire::{Column, Decimal, Point, RecordBuffer, RecordWriter, ValueSerializer, Word};
use std::io::Write;
use std::mem::take;
use std::sync::Arc;
use values::Values;

/// A column that grows.
#[derive(Debug)]
struct GrowingColumn {
    values: Values,
    /// Which values are not null; empty while none is.
    valid: Vec<bool>,
}

impl GrowingColumn {
    fn taken(&mut self, len: usize) -> Arc<Array> {
        let (array, mut valid) = (self.values.taken(), take(&mut self.valid));
        assert_eq!(array.len, len, "a row has a value in each column");
        if valid.is_empty() {
            return Arc::new(array);
        }
        valid.resize(len, true);
        Arc::new(array.with_nulls(&valid))
    }
}

/// The rows of one topic as they grow.
#[derive(Debug)]
pub struct GrowingRows {
    schema: Arc<Field>,
    columns: Vec<GrowingColumn>,
    len: usize,
    scratch: RecordBuffer,
}

impl GrowingRows {
    /// Returns no rows of a topic with these columns.
    pub fn new(stream: Stream, columns: &[Column]) -> Self {
        let schema = Field::of_struct("", columns.iter().map(|column| field(stream, column)).collect());
        let empty = |column: &Column| GrowingColumn { values: Values::of(column.kind), valid: Vec::new() };
        GrowingRows {
            schema: Arc::new(schema),
            columns: columns.iter().map(empty).collect(),
            len: 0,
            scratch: RecordBuffer::default(),
        }
    }

    /// Returns the schema.
    pub fn schema(&self) -> &Arc<Field> {
        &self.schema
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Ends a row, whose values were passed.
    #[inline]
    pub fn end_row(&mut self) {
        self.len += 1;
    }

    /// Returns the rows and begins anew.
    pub fn taken(&mut self) -> Arc<Array> {
        let len = take(&mut self.len);
        Arc::new(Array::of_columns(len, self.columns.iter_mut().map(|column| column.taken(len)).collect()))
    }
}

impl Row for GrowingRows {
    type Value<'a> = ColumnValue<'a>;

    #[inline(always)]
    fn value(&mut self, index: usize) -> ColumnValue<'_> {
        ColumnValue { column: &mut self.columns[index], row: self.len, scratch: &mut self.scratch }
    }
}

/// Takes one value of a column.
#[derive(Debug)]
pub struct ColumnValue<'a> {
    column: &'a mut GrowingColumn,
    row: usize,
    scratch: &'a mut RecordBuffer,
}

impl ColumnValue<'_> {
    #[inline(always)]
    fn push_whole(self, value: i64) {
        match &mut self.column.values {
            Values::Wholes(values) => values.push(value),
            other => unreachable!("an integer in {other:?}"),
        }
    }

    #[inline(always)]
    fn push_real(self, value: f64) {
        match &mut self.column.values {
            Values::Reals(values) => values.push(value),
            other => unreachable!("a number in {other:?}"),
        }
    }

    #[inline(always)]
    fn push_text(self, write: impl FnOnce(&mut Vec<u8>)) {
        match &mut self.column.values {
            Values::Texts(texts) => {
                write(&mut texts.bytes);
                texts.end();
            }
            other => unreachable!("a text in {other:?}"),
        }
    }

    fn push_formatted(self, text: std::fmt::Arguments<'_>) {
        self.push_text(|bytes| bytes.write_fmt(text).expect("memory takes every byte"));
    }
}

impl ValueSerializer for ColumnValue<'_> {
    type Output = ();

    fn null(self) {
        self.column.valid.resize(self.row, true);
        self.column.valid.push(false);
        self.column.values.push_nothing();
    }

    #[inline(always)]
    fn uuid(self, id: Id) {
        self.push_text(|bytes| {
            let mut text = [0; 36];
            id.write_text(&mut text);
            bytes.extend_from_slice(&text);
        });
    }

    #[inline(always)]
    fn timestamp(self, at: VirtualTime) {
        self.push_whole(at.micros());
    }

    #[inline(always)]
    fn naive_timestamp(self, at: VirtualTime) {
        self.push_whole(at.micros());
    }

    #[inline(always)]
    fn decimal(self, value: Decimal) {
        self.push_real(value.to_f64());
    }

    #[inline(always)]
    fn integer(self, value: i64) {
        self.push_whole(value);
    }

    #[inline(always)]
    fn number(self, value: f64) {
        self.push_real(value);
    }

    #[inline(always)]
    fn boolean(self, value: bool) {
        match &mut self.column.values {
            Values::Booleans(values) => values.push(value),
            other => unreachable!("a truth value in {other:?}"),
        }
    }

    #[inline(always)]
    fn word(self, word: Word) {
        match &mut self.column.values {
            Values::Words(words) => words.indices.push(word.index() as i16),
            other => unreachable!("a word in {other:?}"),
        }
    }

    #[inline(always)]
    fn numbered(self, prefix: &'static str, number: u32) {
        self.push_text(|bytes| {
            bytes.extend_from_slice(prefix.as_bytes());
            push_digits(bytes, number);
        });
    }

    #[inline(always)]
    fn account(self, number: u32) {
        self.push_formatted(format_args!("ACC-{number:08}"));
    }

    #[inline(always)]
    fn ipv4(self, address: u32) {
        self.push_text(|bytes| {
            for (place, byte) in address.to_be_bytes().into_iter().enumerate() {
                if place > 0 {
                    bytes.push(b'.');
                }
                push_digits(bytes, u32::from(byte));
            }
        });
    }

    #[inline(always)]
    fn text(self, text: &str) {
        self.push_text(|bytes| bytes.extend_from_slice(text.as_bytes()));
    }

    #[inline(always)]
    fn appended_text(self, append: impl FnOnce(&mut RecordWriter<'_>)) {
        self.scratch.clear();
        let mut writer = self.scratch.writer();
        append(&mut writer);
        writer.finish();
        let ColumnValue { column, row, scratch } = self;
        let text = scratch.bytes();
        match &mut column.values {
            Values::Texts(texts) => {
                texts.bytes.extend_from_slice(text);
                texts.end();
            }
            other => unreachable!("a text in {other:?} of row {row}"),
        }
    }

    #[inline(always)]
    fn point(self, point: Point) {
        match &mut self.column.values {
            Values::Points { lat, lon } => {
                lat.push(point.lat.to_f64());
                lon.push(point.lon.to_f64());
            }
            other => unreachable!("a place in {other:?}"),
        }
    }

    #[inline(always)]
    fn object(self, words: &[Word]) {
        match &mut self.column.values {
            Values::Objects(parts) => {
                parts.iter_mut().zip(words).for_each(|(part, word)| part.indices.push(word.index() as i16));
            }
            other => unreachable!("an object in {other:?}"),
        }
    }

    fn words<'a>(self, words: impl Iterator<Item = &'a str>) {
        match &mut self.column.values {
            Values::Lists { offsets, texts } => {
                for word in words {
                    texts.bytes.extend_from_slice(word.as_bytes());
                    texts.end();
                }
                offsets.push(texts.offsets.len() as i32 - 1);
            }
            other => unreachable!("a list in {other:?}"),
        }
    }
}

/// Appends the digits of a number.
#[inline(always)]
fn push_digits(bytes: &mut Vec<u8>, number: u32) {
    let mut digits = [0; 10];
    let (mut at, mut left) = (digits.len(), number);
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    bytes.extend_from_slice(&digits[at..]);
}
