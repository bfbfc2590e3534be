//! Arrow's C data interface: arrays, schemas and streams as the structs of C that other libraries take, in the capsules
//! of the Arrow PyCapsule interface. The layout of the structs, and who frees what, is
//! <https://arrow.apache.org/docs/format/CDataInterface.html>. Must not depend on: events.
//!
//! This is the one file of the crate with `unsafe` code. What it relies on:
//! - A struct that is handed out owns, behind `private_data`, a box with all that its pointers point to. `release` frees
//!   the box, once: it leaves null in its own place, as the interface asks. Both are the consumer's to call.
//! - A capsule owns its struct. A consumer moves the struct out and leaves null in the place of `release`; what nobody
//!   moved out is released with the capsule.
//! - Buffers are never changed after they are in an [`Array`], and live as long as any struct that points to them.

#![expect(unsafe_code, reason = "the interface is made of C structs with pointers and callbacks")]

use crate::arrow::{Array, Buffer, Field};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::collections::VecDeque;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::{null, null_mut};
use std::sync::Arc;

/// The flag of a field whose values can be null.
const NULLABLE: i64 = 2;

#[repr(C)]
struct ArrowSchema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    n_children: i64,
    children: *mut *mut ArrowSchema,
    dictionary: *mut ArrowSchema,
    release: Option<unsafe extern "C" fn(*mut ArrowSchema)>,
    private_data: *mut c_void,
}

#[repr(C)]
struct ArrowArray {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut ArrowArray,
    dictionary: *mut ArrowArray,
    release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    private_data: *mut c_void,
}

#[repr(C)]
struct ArrowArrayStream {
    get_schema: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowSchema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowArray) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut ArrowArrayStream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut ArrowArrayStream)>,
    private_data: *mut c_void,
}

// SAFETY: the pointers of these structs lead to boxes that they own, of data that is `Send` and `Sync`.
unsafe impl Send for ArrowSchema {}
// SAFETY: as above.
unsafe impl Send for ArrowArray {}
// SAFETY: as above.
unsafe impl Send for ArrowArrayStream {}

macro_rules! release_when_dropped {
    ($($kind:ident)*) => {$(
        impl Drop for $kind {
            fn drop(&mut self) {
                if let Some(release) = self.release {
                    // SAFETY: the struct was not released, for `release` is there.
                    unsafe { release(self) };
                }
            }
        }
    )*};
}

release_when_dropped!(ArrowSchema ArrowArray ArrowArrayStream);

/// What an [`ArrowSchema`] points to.
struct SchemaParts {
    /// The texts.
    _field: Field,
    children: Vec<*mut ArrowSchema>,
    dictionary: *mut ArrowSchema,
}

impl ArrowSchema {
    fn new(field: &Field) -> Self {
        let boxed = |field: &Field| Box::into_raw(Box::new(ArrowSchema::new(field)));
        let mut parts = Box::new(SchemaParts {
            children: field.children.iter().map(boxed).collect(),
            dictionary: field.dictionary.as_deref().map_or(null_mut(), boxed),
            _field: field.clone(),
        });
        ArrowSchema {
            format: parts._field.format.as_ptr(),
            name: parts._field.name.as_ptr(),
            metadata: null(),
            flags: if field.is_nullable { NULLABLE } else { 0 },
            n_children: parts.children.len() as i64,
            children: parts.children.as_mut_ptr(),
            dictionary: parts.dictionary,
            release: Some(release_schema),
            private_data: Box::into_raw(parts).cast(),
        }
    }
}

unsafe extern "C" fn release_schema(schema: *mut ArrowSchema) {
    // SAFETY: the caller passes a struct of `ArrowSchema::new` that was not released; its parts and their children are
    // boxes of that function, and a child that was moved out has no `release`.
    unsafe {
        let parts = Box::from_raw((*schema).private_data.cast::<SchemaParts>());
        parts.children.iter().for_each(|child| drop(Box::from_raw(*child)));
        if !parts.dictionary.is_null() {
            drop(Box::from_raw(parts.dictionary));
        }
        (*schema).release = None;
    }
}

/// What an [`ArrowArray`] points to.
struct ArrayParts {
    /// The buffers.
    _array: Arc<Array>,
    buffers: Vec<*const c_void>,
    children: Vec<*mut ArrowArray>,
    dictionary: *mut ArrowArray,
}

impl ArrowArray {
    fn new(array: &Arc<Array>) -> Self {
        let boxed = |array: &Arc<Array>| Box::into_raw(Box::new(ArrowArray::new(array)));
        let address = |buffer: &Option<Buffer>| buffer.as_ref().map_or(null(), Buffer::address);
        let mut parts = Box::new(ArrayParts {
            _array: Arc::clone(array),
            buffers: array.buffers.iter().map(address).collect(),
            children: array.children.iter().map(boxed).collect(),
            dictionary: array.dictionary.as_ref().map_or(null_mut(), boxed),
        });
        ArrowArray {
            length: array.len as i64,
            null_count: array.null_count as i64,
            offset: 0,
            n_buffers: parts.buffers.len() as i64,
            n_children: parts.children.len() as i64,
            buffers: parts.buffers.as_mut_ptr(),
            children: parts.children.as_mut_ptr(),
            dictionary: parts.dictionary,
            release: Some(release_array),
            private_data: Box::into_raw(parts).cast(),
        }
    }
}

unsafe extern "C" fn release_array(array: *mut ArrowArray) {
    // SAFETY: the caller passes a struct of `ArrowArray::new` that was not released; its parts and their children are
    // boxes of that function, and a child that was moved out has no `release`.
    unsafe {
        let parts = Box::from_raw((*array).private_data.cast::<ArrayParts>());
        parts.children.iter().for_each(|child| drop(Box::from_raw(*child)));
        if !parts.dictionary.is_null() {
            drop(Box::from_raw(parts.dictionary));
        }
        (*array).release = None;
    }
}

/// What an [`ArrowArrayStream`] gives.
struct StreamParts {
    schema: Arc<Field>,
    chunks: VecDeque<Arc<Array>>,
}

impl ArrowArrayStream {
    fn new(schema: &Arc<Field>, chunks: &[Arc<Array>]) -> Self {
        let parts = StreamParts { schema: Arc::clone(schema), chunks: chunks.iter().cloned().collect() };
        ArrowArrayStream {
            get_schema: Some(stream_schema),
            get_next: Some(stream_next),
            get_last_error: Some(stream_error),
            release: Some(release_stream),
            private_data: Box::into_raw(Box::new(parts)).cast(),
        }
    }
}

unsafe extern "C" fn stream_schema(stream: *mut ArrowArrayStream, to: *mut ArrowSchema) -> c_int {
    // SAFETY: the caller passes a stream of `ArrowArrayStream::new` that was not released, and room for a struct, which may
    // hold anything.
    unsafe { to.write(ArrowSchema::new(&(*(*stream).private_data.cast::<StreamParts>()).schema)) };
    0
}

unsafe extern "C" fn stream_next(stream: *mut ArrowArrayStream, to: *mut ArrowArray) -> c_int {
    // SAFETY: as for `stream_schema`; no other call uses the stream meanwhile, so that its parts are borrowed once.
    unsafe {
        let parts = &mut *(*stream).private_data.cast::<StreamParts>();
        to.write(parts.chunks.pop_front().map_or_else(ended, |chunk| ArrowArray::new(&chunk)));
    }
    0
}

/// Returns the array that stands for the end of a stream: one that is released.
fn ended() -> ArrowArray {
    ArrowArray {
        length: 0,
        null_count: 0,
        offset: 0,
        n_buffers: 0,
        n_children: 0,
        buffers: null_mut(),
        children: null_mut(),
        dictionary: null_mut(),
        release: None,
        private_data: null_mut(),
    }
}

/// No call fails, so that there is no error to tell.
unsafe extern "C" fn stream_error(_: *mut ArrowArrayStream) -> *const c_char {
    null()
}

unsafe extern "C" fn release_stream(stream: *mut ArrowArrayStream) {
    // SAFETY: the caller passes a stream of `ArrowArrayStream::new` that was not released.
    unsafe {
        drop(Box::from_raw((*stream).private_data.cast::<StreamParts>()));
        (*stream).release = None;
    }
}

/// Returns a schema as a capsule.
pub fn of_schema<'py>(py: Python<'py>, schema: &Field) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, ArrowSchema::new(schema), c"arrow_schema")
}

/// Returns an array as a capsule.
pub fn of_array<'py>(py: Python<'py>, array: &Arc<Array>) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, ArrowArray::new(array), c"arrow_array")
}

/// Returns a stream of chunks as a capsule.
pub fn of_stream<'py>(py: Python<'py>, schema: &Arc<Field>, chunks: &[Arc<Array>]) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, ArrowArrayStream::new(schema, chunks), c"arrow_array_stream")
}
