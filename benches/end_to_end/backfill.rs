//! Backfills by the real binary: the cases, their figures, and the time to create, reopen and stop a world.
//! Must not depend on: the yardsticks.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

const BINARY: &str = env!("CARGO_BIN_EXE_populace");

/// A number of people, and the end of a backfill of some seconds.
pub struct Size {
    pub people: u32,
    end: &'static str,
}

/// The sizes of worlds.
pub const SIZES: [Size; 3] = [
    Size { people: 10_000, end: "2026-03-15" },
    Size { people: 100_000, end: "2026-01-21" },
    Size { people: 1_000_000, end: "2026-01-04" },
];

/// The end for any other number of people.
const OTHER_END: &str = "2026-01-08";

/// One configuration that is measured.
#[derive(Clone, Copy)]
pub struct Case {
    pub people: u32,
    pub sink: &'static str,
    pub threads: u32,
    pub checkpoints: bool,
}

/// The figures of one run of the binary.
pub struct Figures {
    pub events: f64,
    pub rate: f64,
    pub cpu_seconds: f64,
    pub mebibytes: f64,
    /// The bytes of the topics' files.
    pub bytes: f64,
}

impl Case {
    /// Returns the cases for these numbers of people.
    pub fn all(sizes: &[u32]) -> Vec<Case> {
        let of_size = |people: &u32| {
            let people = *people;
            let case = move |sink, threads, checkpoints| Case { people, sink, threads, checkpoints };
            [
                case("null", 1, true),
                case("null", 2, true),
                case("null", 2, false),
                case("files", 1, true),
                case("files", 2, true),
            ]
        };
        sizes.iter().flat_map(of_size).collect()
    }

    /// Runs the case in a new world.
    pub fn run(&self) -> Figures {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let end = SIZES.iter().find(|size| size.people == self.people).map_or(OTHER_END, |size| size.end);
        let mut command = backfill(folder.path(), self.people, end);
        command.args(["--sink", self.sink, "--threads", &self.threads.to_string()]);
        if !self.checkpoints {
            command.arg("--no-checkpoints");
        }
        let mut figures = figures_of(command);
        figures.bytes = bytes_in(&folder.path().join("data/topics"));
        figures
    }
}

fn backfill(folder: &Path, people: u32, end: &str) -> Command {
    let mut command = Command::new(BINARY);
    command.args(["backfill", "--start", "2026-01-01", "--end", end, "--json", "--progress", "none"]);
    command.args(["--people", &people.to_string()]).arg("--data-dir").arg(folder.join("data"));
    command
}

fn figures_of(mut command: Command) -> Figures {
    let output = command.output().expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a summary");
    let number = |key: &str| summary[key].as_f64().expect("a figure of the summary");
    Figures {
        events: number("events"),
        rate: number("events_per_second"),
        cpu_seconds: number("cpu_seconds"),
        mebibytes: number("peak_memory_mib"),
        bytes: 0.0,
    }
}

fn bytes_in(folder: &Path) -> f64 {
    let Ok(entries) = folder.read_dir() else { return 0.0 };
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => bytes_in(&entry.path()),
        Ok(metadata) => metadata.len() as f64,
        Err(_) => 0.0,
    };
    entries.flatten().map(size).sum()
}

/// Measures the creation of a world with its first checkpoint, then reopening, an instant of virtual time, and the clean
/// stop.
pub fn lifecycle(people: u32) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let timed = |end: &str| {
        let begun = Instant::now();
        let mut command = backfill(folder.path(), people, end);
        command.args(["--sink", "null"]);
        let figures = figures_of(command);
        (begun.elapsed().as_secs_f64(), figures.mebibytes)
    };
    let (created, mebibytes) = timed("2026-01-01T00:00:00.000001Z");
    let (reopened, _) = timed("2026-01-01T00:00:00.000002Z");
    println!(
        "{people:>9} people: created, checkpointed and stopped in {created:.1} s with {mebibytes:.0} MiB; \
         reopened and stopped in {reopened:.1} s"
    );
}
