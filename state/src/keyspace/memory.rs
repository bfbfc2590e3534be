//! A keyspace in memory that fails on demand and loses the writes that were not flushed: the fake for model tests.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::error::StateError;
use crate::keyspace::{Batch, Failure, Keyspace, Visit};

/// The fault of the writing calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Never,
    /// The call after this number of others fails, and so do all later ones.
    BreakAfter(u32),
    /// The call after this number of others is refused without a change, once.
    RefuseAfter(u32),
}

#[derive(Debug)]
struct Disk {
    flushed: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The batches since the last flush, in order.
    waiting: Vec<Batch>,
    current: BTreeMap<Vec<u8>, Vec<u8>>,
    fault: Fault,
}

/// A keyspace whose clones share one disk, as openings of one directory do.
#[derive(Debug, Clone)]
pub(crate) struct MemoryKeyspace(Arc<Mutex<Disk>>);

impl MemoryKeyspace {
    pub(crate) fn new() -> Self {
        let disk =
            Disk { flushed: BTreeMap::new(), waiting: Vec::new(), current: BTreeMap::new(), fault: Fault::Never };
        Self(Arc::new(Mutex::new(disk)))
    }

    pub(crate) fn set_fault(&self, fault: Fault) {
        self.0.lock().unwrap().fault = fault;
    }

    /// Simulates the death of the process: the first `kept` of the unflushed batches reach the disk, the others are
    /// lost.
    pub(crate) fn crash(&self, kept: usize) {
        let mut disk = self.0.lock().unwrap();
        let waiting = std::mem::take(&mut disk.waiting);
        for batch in waiting.iter().take(kept) {
            change(&mut disk.flushed, batch);
        }
        disk.current = disk.flushed.clone();
        disk.fault = Fault::Never;
    }

    /// Loses one key permanently.
    pub(crate) fn lose(&self, key: &[u8]) {
        let mut disk = self.0.lock().unwrap();
        assert!(disk.current.remove(key).is_some(), "the key to lose must exist");
        disk.flushed.remove(key);
    }

    pub(crate) fn keys(&self) -> Vec<Vec<u8>> {
        self.0.lock().unwrap().current.keys().cloned().collect()
    }

    pub(crate) fn largest_value(&self) -> usize {
        self.0.lock().unwrap().current.values().map(Vec::len).max().unwrap_or(0)
    }
}

fn change(map: &mut BTreeMap<Vec<u8>, Vec<u8>>, batch: &Batch) {
    for (key, value) in batch.changes() {
        match value {
            Some(value) => drop(map.insert(key.clone(), value.clone())),
            None => drop(map.remove(key)),
        }
    }
}

impl Disk {
    fn next_call(&mut self) -> Result<(), Failure> {
        match self.fault {
            Fault::Never => Ok(()),
            Fault::BreakAfter(0) => {
                let cause = io::Error::from(io::ErrorKind::TimedOut);
                Err(Failure::Broken(StateError::from_io("written", Path::new("memory"), cause)))
            }
            Fault::RefuseAfter(0) => {
                self.fault = Fault::Never;
                Err(Failure::Refused(StateError::DiskFull { dir: "memory".into(), needed: 1 }))
            }
            Fault::BreakAfter(calls) => {
                self.fault = Fault::BreakAfter(calls - 1);
                Ok(())
            }
            Fault::RefuseAfter(calls) => {
                self.fault = Fault::RefuseAfter(calls - 1);
                Ok(())
            }
        }
    }
}

impl Keyspace for MemoryKeyspace {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.0.lock().unwrap().current.get(key).cloned())
    }

    fn scan(&self, from: &[u8], to: &[u8], visit: &mut Visit<'_>) -> Result<(), StateError> {
        let current = self.0.lock().unwrap().current.clone();
        current.range(from.to_vec()..to.to_vec()).try_for_each(|(key, value)| visit(key, value))
    }

    fn check_room(&self, _bytes: u64) -> Result<(), StateError> {
        Ok(())
    }

    fn apply(&self, batch: &Batch) -> Result<(), Failure> {
        let mut disk = self.0.lock().unwrap();
        disk.next_call()?;
        change(&mut disk.current, batch);
        disk.waiting.push(batch.clone());
        Ok(())
    }

    fn flush(&self) -> Result<(), Failure> {
        let mut disk = self.0.lock().unwrap();
        disk.next_call()?;
        disk.waiting.clear();
        disk.flushed = disk.current.clone();
        Ok(())
    }
}
