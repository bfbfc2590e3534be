//! Events as dicts: what `json.loads` makes of the record that the daemon sends. Must not depend on: worlds.

use crate::rows::{Row, is_gone, pass};
use populace_sim::{Event, Id, Stream, VirtualTime};
use populace_wire::{
    Column, Decimal, Encoders, FieldType, JsonCache, Point, RecordBuffer, RecordWriter, TimestampText, ValueSerializer,
    Word,
};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};
use std::net::Ipv4Addr;

/// What makes the dicts of a world's events.
pub struct Dicts {
    /// The columns of each stream.
    columns: Vec<Vec<DictColumn>>,
    scratch: Scratch,
}

/// A column: its name, and the names of its parts if its values are objects.
struct DictColumn {
    name: Py<PyString>,
    parts: Vec<Py<PyString>>,
}

impl DictColumn {
    fn new(py: Python<'_>, column: &Column) -> Self {
        let kind = if let FieldType::OrNull(inner) = column.kind { inner } else { column.kind };
        let parts: Vec<&str> = match kind {
            FieldType::Object(parts) => parts.iter().map(|(name, _)| *name).collect(),
            FieldType::Point => vec!["lat", "lon"],
            _ => Vec::new(),
        };
        let interned = |name: &str| PyString::intern(py, name).unbind();
        DictColumn { name: interned(&column.name), parts: parts.into_iter().map(interned).collect() }
    }
}

/// What is kept from value to value.
#[derive(Default)]
struct Scratch {
    text: RecordBuffer,
    timestamps: TimestampText,
}

impl Dicts {
    /// Returns what makes the dicts of events with these encoders.
    pub fn new(py: Python<'_>, encoders: &Encoders) -> Self {
        let columns = |stream| encoders.columns(stream).iter().map(|column| DictColumn::new(py, column)).collect();
        Dicts { columns: Stream::ALL.into_iter().map(columns).collect(), scratch: Scratch::default() }
    }

    /// Returns the dict of an event.
    ///
    /// # Errors
    /// Only if Python is out of memory.
    pub fn of<'py>(&mut self, py: Python<'py>, encoders: &Encoders, event: &Event) -> PyResult<Bound<'py, PyDict>> {
        if is_gone(event) {
            return of_gone(py, encoders, event);
        }
        let columns = &self.columns[event.stream() as usize];
        let mut row = DictRow { dict: PyDict::new(py), columns, scratch: &mut self.scratch, set: Ok(()) };
        pass(encoders, event, &mut row);
        row.set.map(|()| row.dict)
    }
}

/// Returns the dict of an event that says that a row is gone, of its record: few are.
#[cold]
fn of_gone<'py>(py: Python<'py>, encoders: &Encoders, event: &Event) -> PyResult<Bound<'py, PyDict>> {
    let mut buffer = RecordBuffer::default();
    let written = encoders.write(event, &mut JsonCache::default(), &mut buffer);
    let record = PyBytes::new(py, &buffer.bytes()[..written.value_len as usize]);
    Ok(py.import("json")?.call_method1("loads", (record,))?.cast_into::<PyDict>()?)
}

/// A dict that grows.
struct DictRow<'a, 'py> {
    dict: Bound<'py, PyDict>,
    columns: &'a [DictColumn],
    scratch: &'a mut Scratch,
    set: PyResult<()>,
}

impl<'py> Row for DictRow<'_, 'py> {
    type Value<'a>
        = DictValue<'a, 'py>
    where
        Self: 'a;

    #[inline(always)]
    fn value(&mut self, index: usize) -> DictValue<'_, 'py> {
        DictValue { dict: &self.dict, column: &self.columns[index], scratch: self.scratch, set: &mut self.set }
    }
}

/// Sets one value of a dict.
struct DictValue<'a, 'py> {
    dict: &'a Bound<'py, PyDict>,
    column: &'a DictColumn,
    scratch: &'a mut Scratch,
    set: &'a mut PyResult<()>,
}

impl<'py> DictValue<'_, 'py> {
    #[inline(always)]
    fn set<T: IntoPyObject<'py>>(self, value: T) {
        if let Err(error) = self.dict.set_item(self.column.name.bind(self.dict.py()), value) {
            *self.set = Err(error);
        }
    }

    /// Sets an object with these values.
    #[inline(always)]
    fn set_parts(self, values: impl IntoIterator<Item = Bound<'py, PyAny>>) {
        let (py, object) = (self.dict.py(), PyDict::new(self.dict.py()));
        for (name, value) in self.column.parts.iter().zip(values) {
            if let Err(error) = object.set_item(name.bind(py), value) {
                *self.set = Err(error);
            }
        }
        self.set(object);
    }

    #[inline(always)]
    fn set_text(self, text: &str) {
        let text = PyString::new(self.dict.py(), text);
        self.set(text);
    }

    /// Sets an ASCII text.
    #[inline(always)]
    fn set_ascii(self, text: &[u8]) {
        self.set_text(std::str::from_utf8(text).expect("ASCII is UTF-8"));
    }
}

/// Returns a number as JSON has it: without decimals it is an integer.
#[inline(always)]
fn number_of<'py>(py: Python<'py>, value: Decimal) -> Bound<'py, PyAny> {
    if value.decimals == 0 {
        let Ok(whole) = value.scaled.into_pyobject(py);
        whole.into_any()
    } else {
        let Ok(real) = value.to_f64().into_pyobject(py);
        real.into_any()
    }
}

impl ValueSerializer for DictValue<'_, '_> {
    type Output = ();

    fn null(self) {
        let none = self.dict.py().None();
        self.set(none);
    }

    #[inline(always)]
    fn uuid(self, id: Id) {
        let mut text = [0; 36];
        id.write_text(&mut text);
        self.set_ascii(&text);
    }

    #[inline(always)]
    fn timestamp(self, at: VirtualTime) {
        let mut text = [0; 32];
        self.scratch.timestamps.write(&mut text, at);
        self.set_ascii(&text);
    }

    #[inline(always)]
    fn naive_timestamp(self, at: VirtualTime) {
        let mut text = [0; 32];
        self.scratch.timestamps.write(&mut text, at);
        self.set_ascii(&text[..26]);
    }

    #[inline(always)]
    fn decimal(self, value: Decimal) {
        let number = number_of(self.dict.py(), value);
        self.set(number);
    }

    #[inline(always)]
    fn integer(self, value: i64) {
        self.set(value);
    }

    #[inline(always)]
    fn number(self, value: f64) {
        self.set(value);
    }

    #[inline(always)]
    fn boolean(self, value: bool) {
        self.set(value);
    }

    #[inline(always)]
    fn word(self, word: Word) {
        let name = PyString::intern(self.dict.py(), word.name());
        self.set(name);
    }

    #[inline(always)]
    fn numbered(self, prefix: &'static str, number: u32) {
        self.set_text(&format!("{prefix}{number}"));
    }

    #[inline(always)]
    fn account(self, number: u32) {
        self.set_text(&format!("ACC-{number:08}"));
    }

    #[inline(always)]
    fn ipv4(self, address: u32) {
        self.set_text(&Ipv4Addr::from_bits(address).to_string());
    }

    #[inline(always)]
    fn text(self, text: &str) {
        self.set_text(text);
    }

    #[inline(always)]
    fn appended_text(self, append: impl FnOnce(&mut RecordWriter<'_>)) {
        self.scratch.text.clear();
        let mut writer = self.scratch.text.writer();
        append(&mut writer);
        writer.finish();
        let text = std::str::from_utf8(self.scratch.text.bytes()).expect("texts are UTF-8");
        let text = PyString::new(self.dict.py(), text);
        self.set(text);
    }

    #[inline(always)]
    fn point(self, point: Point) {
        let py = self.dict.py();
        self.set_parts([point.lat, point.lon].map(|value| number_of(py, value)));
    }

    #[inline(always)]
    fn object(self, words: &[Word]) {
        let py = self.dict.py();
        self.set_parts(words.iter().map(|word| PyString::intern(py, word.name()).into_any()));
    }

    fn words<'a>(self, words: impl Iterator<Item = &'a str>) {
        let py = self.dict.py();
        match PyList::new(py, words.map(|word| PyString::intern(py, word)).collect::<Vec<_>>()) {
            Ok(list) => self.set(list),
            Err(error) => *self.set = Err(error),
        }
    }
}
