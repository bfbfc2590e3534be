//! Measures events a second of the whole process, checkpoints included: null and files sink, 10,000 and 1,000,000
//! people, 1 and 2 threads; and the time to create, reopen and stop a world. Runs the real binary and prints a table of
//! medians: these machines are shared, so compare rows of one run. `cargo bench --bench end_to_end [-- quick]`

use std::path::Path;
use std::process::Command;
use std::time::Instant;

const BINARY: &str = env!("CARGO_BIN_EXE_populace");
const ROUNDS: usize = 3;

struct Case {
    people: u32,
    sink: &'static str,
    threads: u32,
    end: &'static str,
    checkpoints: bool,
}

fn main() {
    let quick = std::env::args().any(|a| a == "quick" || a == "--test");
    println!(
        "{:>9} {:>6} {:>7} {:>11} {:>10} {:>12} {:>14} {:>6}",
        "people", "sink", "threads", "checkpoints", "events", "events/s", "events/CPU-s", "MiB"
    );
    for case in cases(quick) {
        measure(&case, if quick { 1 } else { ROUNDS });
    }
    for people in if quick { vec![10_000] } else { vec![100_000, 1_000_000] } {
        lifecycle(people);
    }
}

fn cases(quick: bool) -> Vec<Case> {
    let mut cases = Vec::new();
    let sizes: &[(u32, &str)] =
        if quick { &[(10_000, "2026-01-08")] } else { &[(10_000, "2026-05-01"), (1_000_000, "2026-01-04")] };
    for (people, end) in sizes {
        for sink in ["null", "files"] {
            for threads in [1, 2] {
                cases.push(Case { people: *people, sink, threads, end, checkpoints: true });
            }
        }
        cases.push(Case { people: *people, sink: "null", threads: 2, end, checkpoints: false });
    }
    cases
}

/// The figures of a run of the binary.
struct Told {
    events: f64,
    rate: f64,
    cpu_seconds: f64,
    mebibytes: f64,
}

fn measure(case: &Case, rounds: usize) {
    let mut told: Vec<Told> = (0..rounds).map(|_| run_fresh(case)).collect();
    told.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    let middle = &told[rounds / 2];
    println!(
        "{:>9} {:>6} {:>7} {:>11} {:>10} {:>12.0} {:>14.0} {:>6.0}",
        case.people,
        case.sink,
        case.threads,
        case.checkpoints,
        middle.events,
        middle.rate,
        middle.events / middle.cpu_seconds,
        middle.mebibytes
    );
}

fn run_fresh(case: &Case) -> Told {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = backfill(folder.path(), case.people, case.end);
    command.args(["--sink", case.sink, "--threads", &case.threads.to_string()]);
    if !case.checkpoints {
        command.arg("--no-checkpoints");
    }
    told(command)
}

fn backfill(folder: &Path, people: u32, end: &str) -> Command {
    let mut command = Command::new(BINARY);
    command.args(["backfill", "--start", "2026-01-01", "--end", end, "--json", "--progress", "none"]);
    command.args(["--people", &people.to_string()]).arg("--data-dir").arg(folder.join("data"));
    command
}

fn told(mut command: Command) -> Told {
    let output = command.output().expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a summary");
    let number = |key: &str| summary[key].as_f64().unwrap_or(f64::NAN);
    Told {
        events: number("events"),
        rate: number("events_per_second"),
        cpu_seconds: number("cpu_seconds"),
        mebibytes: number("peak_memory_mib"),
    }
}

/// Measures the creation of a world with its first checkpoint, then reopening, an hour of virtual time, and the clean
/// stop.
fn lifecycle(people: u32) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let timed = |end: &str| {
        let begun = Instant::now();
        let mut command = backfill(folder.path(), people, end);
        command.args(["--sink", "null"]);
        told(command);
        begun.elapsed().as_secs_f64()
    };
    let born = timed("2026-01-01T00:00:00.000001Z");
    let reopened = timed("2026-01-01T00:00:00.000002Z");
    println!(
        "{people:>9} people: made, checkpointed and stopped in {born:.1} s; reopened and stopped in {reopened:.1} s"
    );
}
