//! Rows of one topic as Python holds them, which every library that speaks Arrow takes without a copy. Must not depend
//! on: worlds.

use crate::arrow::{Array, Field};
use crate::capsule;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::sync::Arc;

/// Rows of one topic, in chunks.
#[pyclass(frozen, subclass, module = "populace")]
#[derive(Debug)]
pub struct Table {
    topic: &'static str,
    schema: Arc<Field>,
    chunks: Vec<Arc<Array>>,
}

impl Table {
    /// Returns the rows of a topic.
    pub fn new(topic: &'static str, schema: &Arc<Field>, chunks: Vec<Arc<Array>>) -> Self {
        Table { topic, schema: Arc::clone(schema), chunks }
    }
}

#[pymethods]
impl Table {
    /// The name of the topic.
    #[getter]
    fn topic(&self) -> &'static str {
        self.topic
    }

    /// The number of rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len).sum()
    }

    /// The names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.children.iter().map(|field| field.name.to_string_lossy().into_owned()).collect()
    }

    fn __len__(&self) -> usize {
        self.num_rows()
    }

    fn __repr__(&self) -> String {
        format!("<populace.Table of {}: {} rows, {} columns>", self.topic, self.num_rows(), self.schema.children.len())
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::of_schema(py, &self.schema)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A producer may leave a requested schema aside; the consumer casts.
        let _ = requested_schema;
        capsule::of_stream(py, &self.schema, &self.chunks)
    }
}

/// Rows of one topic in one chunk.
#[pyclass(frozen, extends = Table, module = "populace")]
#[derive(Debug)]
pub struct Batch;

impl Batch {
    /// Returns the rows of a topic.
    pub fn new(topic: &'static str, schema: &Arc<Field>, rows: Arc<Array>) -> PyClassInitializer<Batch> {
        PyClassInitializer::from(Table::new(topic, schema, vec![rows])).add_subclass(Batch)
    }
}

#[pymethods]
impl Batch {
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        of: PyRef<'py, Self>,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let _ = requested_schema;
        let table: &Table = of.as_super();
        Ok((capsule::of_schema(py, &table.schema)?, capsule::of_array(py, &table.chunks[0])?))
    }
}
