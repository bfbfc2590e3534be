//! Crash points for tests: `POPULACE_CRASH_AT=name` kills the process at the point of that name, as `kill -9` would,
//! and `name:n` the n-th time that the point is reached. Costs one load if the variable is not set. Must not depend on:
//! the code at the points.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The environment variable that selects a point.
pub const VARIABLE: &str = "POPULACE_CRASH_AT";

/// All points, in about the order in which a run reaches them.
pub const CRASH_POINTS: [&str; 48] = [
    "create.identity",
    "files.claim",
    "birth.attached",
    "startup.opened",
    "startup.loaded",
    "replay.window",
    "replay.done",
    "window.start",
    "window.end",
    "publish.window",
    "files.write",
    "files.roll",
    "files.sync",
    "files.manifest",
    "lake.convert",
    "lake.publish",
    "lake.commit",
    "lake.committed",
    "lake.list",
    "lake.drop",
    "lake.retire",
    "several.claim",
    "several.seam",
    "several.seamed",
    "kafka.topics",
    "kafka.claim",
    "kafka.claimed",
    "kafka.begin",
    "kafka.produce",
    "kafka.records",
    "kafka.commit",
    "kafka.unanswered",
    "kafka.committed",
    "checkpoint.pack",
    "checkpoint.begin",
    "checkpoint.batch",
    "checkpoint.flushed",
    "checkpoint.head",
    "checkpoint.durable",
    "checkpoint.done",
    "command.appended",
    "compact.copied",
    "compact.parted",
    "compact.replaced",
    "compact.done",
    "stop.checkpoint",
    "fork.written",
    "fork.done",
];

struct Armed {
    point: String,
    /// The number of times that the point is still to be reached.
    left: AtomicU64,
}

static ARMED: OnceLock<Option<Armed>> = OnceLock::new();

fn parse(text: &str) -> (String, u64) {
    match text.rsplit_once(':').map(|(point, n)| (point, n.parse())) {
        Some((point, Ok(n))) => (point.to_owned(), n),
        _ => (text.to_owned(), 1),
    }
}

fn armed() -> Option<&'static Armed> {
    let from_environment = || {
        let (point, times) = parse(&std::env::var(VARIABLE).ok()?);
        Some(Armed { point, left: AtomicU64::new(times) })
    };
    ARMED.get_or_init(from_environment).as_ref()
}

/// Kills the process if this is the selected point and time.
#[inline]
pub fn point(name: &str) {
    if let Some(armed) = armed() {
        reach(armed, name);
    }
}

#[cold]
fn reach(armed: &Armed, name: &str) {
    if armed.point == name && armed.left.fetch_sub(1, Ordering::SeqCst) == 1 {
        die(name);
    }
}

fn die(name: &str) -> ! {
    crate::output::tell(&format!("crash point {name}\n"));
    // A signal that cannot be caught, so that nothing is flushed; `abort` is for systems that refuse it.
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_may_have_a_number_of_times() {
        assert_eq!(parse("window.end"), ("window.end".to_owned(), 1));
        assert_eq!(parse("window.end:7"), ("window.end".to_owned(), 7));
    }

    #[test]
    fn other_points_do_not_count() {
        let armed = Armed { point: "a".into(), left: AtomicU64::new(5) };
        reach(&armed, "a");
        reach(&armed, "b");
        assert_eq!(armed.left.load(Ordering::SeqCst), 4);
    }
}
