//! The module `populace._internal` of the Python package: worlds in the process, their events as dicts and as Arrow
//! tables. What users see, with its types and documentation, is `python/populace`; this module trusts its arguments'
//! shape and checks their meaning.
//!
//! Start reading at `engine`, the world as Python holds it. Must not depend on: the daemon.

mod arrow;
mod capsule;
mod column;
mod dicts;
mod engine;
mod fault;
mod outlet;
mod parquet;
mod readers;
mod reading;
mod rows;
mod scenario;
mod shipped;
mod table;
mod topics;
mod window;

use pyo3::prelude::*;

/// Returns the names of the shipped scenarios, each with one line about it.
#[pyfunction]
fn scenarios() -> Vec<(&'static str, &'static str)> {
    shipped::SHIPPED.iter().map(|shipped| (shipped.name, shipped.summary())).collect()
}

#[pymodule]
fn _internal(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("PopulaceError", py.get_type::<fault::PopulaceError>())?;
    module.add("ScenarioError", py.get_type::<fault::ScenarioError>())?;
    module.add("BusyError", py.get_type::<fault::BusyError>())?;
    module.add("SavedWorldError", py.get_type::<fault::SavedWorldError>())?;
    module.add_function(wrap_pyfunction!(scenarios, module)?)?;
    module.add_class::<engine::Engine>()?;
    module.add_class::<readers::Events>()?;
    module.add_class::<readers::Batches>()?;
    module.add_class::<readers::Collector>()?;
    module.add_class::<parquet::ParquetWriter>()?;
    module.add_class::<table::Table>()?;
    module.add_class::<table::Batch>()
}
