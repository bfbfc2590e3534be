//! The right to read a world, from a reader's first step to its end. Must not depend on: what is read.

use crate::engine::{Engine, Lease};
use crate::fault::Fault;
use pyo3::Py;

/// A lease on a world, given back when it is dropped.
pub struct Reading {
    engine: Py<Engine>,
    lease: Lease,
}

impl Reading {
    /// Returns a reading that has not begun.
    pub fn new(engine: Py<Engine>) -> Self {
        let lease = engine.get().new_lease();
        Reading { engine, lease }
    }

    /// Begins or goes on, and returns the world.
    ///
    /// # Errors
    /// If another reader has the world.
    pub fn engine(&self) -> Result<&Engine, Fault> {
        let engine = self.engine.get();
        engine.claim(self.lease)?;
        Ok(engine)
    }

    /// Ends.
    pub fn end(&self) {
        self.engine.get().release(self.lease);
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.end();
    }
}
