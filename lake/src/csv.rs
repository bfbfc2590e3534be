//! Files of comma-separated values (RFC 4180): a header, nested values as columns of their own such as `location_lat`,
//! lists as JSON, nothing between the commas where a value is missing, and an empty text in quotes. Must not depend on:
//! other file formats.

use crate::error::LakeError;
use crate::faults::Faults;
use crate::file_format::{Compression, FileFormat};
use crate::leaf::{Leaf, LeafKind, LeafRef, Leaves};
use crate::output::{Destination, TextFile};
use crate::row_writer::RowWriter;
use crate::summary::FileSummary;
use crate::table::Table;
use crate::text::{InstantText, append_integer, append_number};
use populace_sim::VirtualTime;
use populace_wire::{RecordDecoder, time_column};
use std::collections::BTreeSet;

/// The end of a line.
const END: &[u8] = b"\r\n";

/// A file of comma-separated values.
pub struct CommaSeparated {
    file: TextFile,
    decoder: RecordDecoder,
    leaves: Leaves,
    /// The leaf that holds the instant of a row.
    time: Option<usize>,
    instants: Option<[VirtualTime; 2]>,
    line: Line,
    rows: u64,
    faults: Faults,
}

/// A line as it is written.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    instant_text: InstantText,
}

impl CommaSeparated {
    /// Returns a file with its header.
    pub fn new(compression: Compression, table: &Table<'_>, to: Destination) -> Result<Self, LakeError> {
        let (leaves, faults) = (Leaves::new(table.columns), Faults::new(FileFormat::Csv, table));
        let header = header(leaves.all(), table)?;
        let mut file = TextFile::new(compression, to).map_err(|e| faults.write(e))?;
        file.append(header.as_bytes()).map_err(|e| faults.write(e))?;
        Ok(CommaSeparated {
            file,
            decoder: RecordDecoder::new(table.record_format, table.columns),
            time: time_column(table.stream, table.columns).map(|column| leaves.first(column)),
            leaves,
            instants: None,
            line: Line::default(),
            rows: 0,
            faults,
        })
    }
}

/// Returns the line with the names of the columns. Names of fields have no characters that would need quotes.
fn header(leaves: &[Leaf], table: &Table<'_>) -> Result<String, LakeError> {
    let mut taken = BTreeSet::new();
    let names: Vec<String> = leaves.iter().map(name).collect();
    if let Some(twice) = names.iter().find(|name| !taken.insert(*name)) {
        return Err(LakeError::SameColumn {
            topic: table.topic.to_owned(),
            format: FileFormat::Csv,
            name: twice.clone(),
        });
    }
    Ok(names.join(",") + "\r\n")
}

fn name(leaf: &Leaf) -> String {
    leaf.part.map_or_else(|| leaf.column.clone(), |part| format!("{}_{part}", leaf.column))
}

impl Line {
    #[inline(always)]
    fn append(&mut self, leaf: &Leaf, value: LeafRef<'_>) {
        let out = &mut self.bytes;
        match value {
            LeafRef::Null => {}
            LeafRef::Text(text) => append_text(out, text),
            LeafRef::Word(word) => append_text(out, word.name()),
            LeafRef::Micros(micros) if leaf.kind == LeafKind::NaiveTimestamp => {
                self.instant_text.append_naive(out, micros);
            }
            LeafRef::Micros(micros) => self.instant_text.append(out, micros),
            LeafRef::Integer(value) => append_integer(out, value),
            LeafRef::Number(value) => append_number(out, value),
            LeafRef::Boolean(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
            LeafRef::List(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                append_text(out, &format!("[{}]", words.join(",")));
            }
        }
        out.push(b',');
    }
}

/// Appends a text, in quotes if it is empty or could be taken for more than one value.
#[inline]
fn append_text(out: &mut Vec<u8>, text: &str) {
    if !text.is_empty() && !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        return out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
    for byte in text.bytes() {
        out.extend_from_slice(if byte == b'"' { b"\"\"" } else { std::slice::from_ref(&byte) });
    }
    out.push(b'"');
}

impl RowWriter for CommaSeparated {
    fn row(&mut self, record: &[u8]) -> Result<(), LakeError> {
        self.rows += 1;
        self.line.bytes.clear();
        let (leaves, line, time, instants) = (&self.leaves, &mut self.line, self.time, &mut self.instants);
        let decoded = self.decoder.decode(record, |column, value| {
            leaves.of_value(column, value, |leaf, value| {
                line.append(&leaves.all()[leaf], value);
                if let (true, LeafRef::Micros(micros)) = (time == Some(leaf), value) {
                    let at = VirtualTime::from_micros(micros);
                    *instants = Some([instants.map_or(at, |[first, _]| first), at]);
                }
            });
        });
        decoded.map_err(|fault| self.faults.record(self.rows, fault))?;
        self.line.bytes.pop();
        self.line.bytes.extend_from_slice(END);
        self.file.append(&self.line.bytes).map_err(|e| self.faults.write(e))
    }

    fn written(&self) -> u64 {
        self.file.bytes()
    }

    fn finish(self: Box<Self>) -> Result<FileSummary, LakeError> {
        let bytes = self.file.finish().map_err(|e| self.faults.write(e))?;
        Ok(FileSummary { rows: self.rows, bytes, instants: self.instants, statistics: Vec::new() })
    }
}
