//! The composition root of a run: creates the signal handler, the run loop, the control socket and the HTTP server of a
//! plan, and ends them in order. Nothing else depends on this module.

use crate::cli;
use crate::config::RunPlan;
use crate::control::{self, Outside};
use crate::http;
use crate::ops::RequestHandler;
use crate::output::{Unwritten, print, tell};
use crate::progress::{Ending, Summary};
use crate::run::{EntityWatches, LoopQueue, RunContext, RunError, RunLoop, prepare};
use crate::sink::SinkError;
use crate::status::{Connectivity, RunStatus};
use crossbeam_channel::unbounded;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

/// The parts of a process that runs a world. The fields are dropped in this order: first the listeners, since a socket
/// may be removed only by the process that holds the store, then the run loop with its threads and the store.
struct Daemon {
    _control: Option<control::Serving>,
    _faces: Faces,
    run_loop: RunLoop,
}

/// The listeners that are open before the world of the run exists.
struct Faces {
    _http: Option<http::Serving>,
    signals: Outside,
    handler: RequestHandler,
}

/// The form of the report about the end of a run.
struct Report {
    /// True if the summary is one JSON object.
    json: bool,
    /// The number of events that the run is limited to.
    goal: Option<u64>,
}

/// Runs the program on the arguments of this process.
pub fn main() -> ExitCode {
    cli::main(run)
}

/// Runs a plan: creates the world or continues it, until the plan's end or a signal, and prints the summary.
///
/// # Errors
/// The reason why the run could not start, or the failure that ended it.
pub(crate) fn run(plan: RunPlan) -> Result<(), RunError> {
    let report = Report { json: plan.json, goal: plan.events };
    let mut daemon = match Daemon::start(plan) {
        Err(RunError::Sink(SinkError::GivenUp)) => {
            tracing::info!("stopped before the world ran");
            return Ok(());
        }
        other => other?,
    };
    let outcome = daemon.run_loop.run();
    let to_stdout = daemon.run_loop.writes_to_stdout();
    drop(daemon);
    report.finish(&outcome?, to_stdout)
}

impl Daemon {
    fn start(plan: RunPlan) -> Result<Self, RunError> {
        let (sender, events) = unbounded();
        let (began, queue) = (Instant::now(), LoopQueue(sender));
        let data_dir = plan.data_dir.clone();
        let status = Arc::new(RunStatus::new(Arc::default()));
        let watches: Arc<EntityWatches> = Arc::default();
        let handler = RequestHandler::new(queue.clone(), watches.clone(), status.clone());
        let faces = Faces::open(&plan, handler, &queue, &status.connectivity)?;
        let run_loop = prepare(RunContext { plan, began, queue, events, status, watches })?.start()?;
        Ok(Daemon { _control: faces.serve_control(&data_dir), _faces: faces, run_loop })
    }
}

impl Faces {
    /// Listens for signals and HTTP before the sink is reached, so that a run that waits for its sink can be observed
    /// and stopped.
    fn open(
        plan: &RunPlan,
        handler: RequestHandler,
        queue: &LoopQueue,
        connectivity: &Arc<Connectivity>,
    ) -> Result<Self, RunError> {
        let signals = Outside::start(queue.clone(), connectivity.clone())?;
        let http = http::serve(signals.handle(), &plan.http, &handler, &plan.data_dir)?;
        Ok(Faces { _http: http, signals, handler })
    }

    /// Serves the control socket. Returns `None` if the data directory cannot have one.
    fn serve_control(&self, data_dir: &Path) -> Option<control::Serving> {
        let serving = control::serve(self.signals.handle(), data_dir, self.handler.clone());
        serving.inspect_err(|error| tracing::warn!(%error, "control socket unavailable")).ok()
    }
}

impl Report {
    fn finish(&self, summary: &Summary, to_stdout: bool) -> Result<(), RunError> {
        self.print(summary, to_stdout)?;
        match self.goal.filter(|_| summary.ended == Ending::Calendar) {
            Some(goal) => Err(RunError::Answer(format!(
                "the calendar ended before the world had {goal} events: request fewer, or create a world with more people or an \
                 earlier start"
            ))),
            None => Ok(()),
        }
    }

    /// Prints the summary: JSON to standard output unless that is the sink, everything else to standard error.
    fn print(&self, summary: &Summary, to_stdout: bool) -> Result<(), Unwritten> {
        let object = serde_json::to_string(summary).expect("a summary is plain data");
        match (self.json, to_stdout) {
            (true, false) => print(&format!("{object}\n"))?,
            (true, true) => tell(&format!("{object}\n")),
            (false, _) => tell(&format!("{}\n", summary.to_text())),
        }
        Ok(())
    }
}
