//! The thread that makes written data durable while more is written, so that neither a checkpoint nor a stop waits for
//! more than a bounded amount of data. Must not depend on: records.

use crate::sink::SinkError;
use crossbeam_channel::{Receiver, Sender, bounded};
use populace_state::ProcessLimit;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// The number of bytes of one topic between two requests to sync.
pub(super) const STRIDE: u64 = 48 * 1024 * 1024;

type Failure = Arc<Mutex<Option<SinkError>>>;

/// A request to the thread.
enum Request {
    /// A request to make all written data durable.
    Sync,
    /// A request to answer when all earlier requests are done.
    Answer(Sender<()>),
}

/// A thread that syncs the file system of the topic folder with one call for any number of day files. Syncing them one
/// by one would cost a journal commit each.
pub(super) struct Syncer {
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
    failure: Failure,
}

impl Syncer {
    /// Starts the thread for the file system that holds `out`.
    ///
    /// # Errors
    /// If the system refuses to start a thread.
    pub(super) fn start(out: &Path) -> Result<Self, SinkError> {
        let (requests, queue) = bounded(1);
        let failure = Failure::default();
        let (told, out) = (failure.clone(), out.to_path_buf());
        let thread = std::thread::Builder::new().name("populace-sync".into());
        let thread = thread.spawn(move || work(&out, &queue, &told)).map_err(ProcessLimit::Threads)?;
        Ok(Syncer { requests: Some(requests), thread: Some(thread), failure })
    }

    /// Requests that all written records are made durable soon. Blocks while the disk is two requests behind: a writer
    /// that is faster than the disk waits here instead of at the next checkpoint.
    pub(super) fn request(&self) {
        self.send(Request::Sync);
    }

    /// Waits until all requests so far are done.
    ///
    /// # Errors
    /// The failure of the thread, as for [`Syncer::check`].
    pub(super) fn settle(&self) -> Result<(), SinkError> {
        let (answer, done) = bounded(1);
        self.send(Request::Answer(answer));
        let _ = done.recv();
        self.check()
    }

    fn send(&self, request: Request) {
        let requests = self.requests.as_ref().expect("only dropping it closes the queue");
        // A thread that has ended has left its failure behind.
        let _ = requests.send(request);
    }

    /// Returns the failure of the thread, once.
    ///
    /// # Errors
    /// If a sync failed. The kernel reports a failure only once, so it must not be lost here.
    pub(super) fn check(&self) -> Result<(), SinkError> {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.map_or(Ok(()), Err)
    }
}

impl Drop for Syncer {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(out: &Path, queue: &Receiver<Request>, failure: &Failure) {
    for request in queue {
        match request {
            Request::Sync => {
                if let Err(error) = sync_all_below(out) {
                    failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                }
            }
            Request::Answer(done) => drop(done.send(())),
        }
    }
}

/// Makes everything on the file system of `out` durable.
///
/// # Errors
/// If the folder is gone or the disk fails.
pub(super) fn sync_all_below(out: &Path) -> Result<(), SinkError> {
    let synced = File::open(out).and_then(|folder| Ok(rustix::fs::syncfs(folder)?));
    synced.map_err(|e| SinkError::io(out, "synced", e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let syncer = Syncer::start(&folder.path().join("gone")).unwrap();
        syncer.request();
        assert!(syncer.settle().unwrap_err().to_string().contains("gone"));
        assert!(syncer.check().is_ok());
        sync_all_below(folder.path()).unwrap();
    }
}
