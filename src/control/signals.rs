//! The tokio runtime of a run, on its own thread: receives signals from the start, and serves the control socket later.

use crate::run::{LoopEvent, LoopQueue, RunError};
use crate::sink::SinkError;
use crate::status::Connectivity;
use populace_state::ProcessLimit;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// The exit code after a second signal, if no record is known to be undelivered.
const INTERRUPTED: i32 = 130;

/// The maximum number of threads for slow answers.
const BLOCKING: usize = 8;

/// The time that such a thread waits for work before it ends: 100 years.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// The number of files that the runtime needs for itself, and a few more.
const FILES: usize = 8;

/// Opens as many files as the runtime needs, and closes them again: the runtime panics if it cannot open them.
fn try_files() -> io::Result<()> {
    let opened: io::Result<Vec<File>> = (0..FILES).map(|_| File::open("/dev/null")).collect();
    opened.map(drop)
}

fn try_thread() -> io::Result<()> {
    // The thread does nothing that could fail.
    std::thread::Builder::new().spawn(|| {}).map(|thread| drop(thread.join()))
}

/// Returns the runtime with its receivers of SIGINT and SIGTERM, which are handled from here on.
fn heard() -> io::Result<(Runtime, Signal, Signal)> {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().max_blocking_threads(BLOCKING).thread_keep_alive(FOR_EVER);
    let runtime = builder.build()?;
    // The first thread stays: the runtime panics if it has none and cannot start one.
    drop(runtime.spawn_blocking(|| {}));
    let guard = runtime.enter();
    let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    // Handled, so that exceeding a limit on the size of files is a failed write with a message, and does not kill the
    // process.
    drop(signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?);
    drop(guard);
    Ok((runtime, interrupt, terminate))
}

/// The thread that receives signals and serves the control socket.
pub struct Outside {
    handle: Handle,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Outside {
    /// Listens for SIGINT and SIGTERM. The first sends `LoopEvent::Stop`, which requests a clean stop; a second ends
    /// the process at once, with a message about records that `contact` knows to be undelivered.
    ///
    /// # Errors
    /// If the system provides no runtime or thread.
    pub fn start(mail: LoopQueue, contact: Arc<Connectivity>) -> Result<Self, RunError> {
        let failed = |e| RunError::io(Path::new("signals"), "listened to", e);
        try_files().map_err(failed)?;
        try_thread().map_err(ProcessLimit::Threads)?;
        let (runtime, mut interrupt, mut terminate) = heard().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        let listen = async move {
            for first in [true, false] {
                tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
                if !first {
                    end_at_once(&contact);
                }
                mail.send(LoopEvent::Stop);
            }
        };
        let work = move || {
            runtime.spawn(listen);
            // Ends when the handle is dropped, answered or not.
            let _ = runtime.block_on(ended);
        };
        let thread = std::thread::Builder::new().name("populace-control".into()).spawn(work);
        let thread = thread.map_err(ProcessLimit::Threads)?;
        Ok(Outside { handle, end: Some(end), thread: Some(thread) })
    }

    /// Returns the handle of the runtime, for the control socket.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}

fn end_at_once(contact: &Connectivity) -> ! {
    let Some(undelivered) = SinkError::undelivered(contact) else { std::process::exit(INTERRUPTED) };
    // The reader of standard error may be gone.
    let _ = writeln!(io::stderr(), "error: {undelivered}");
    std::process::exit(1)
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.end.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
