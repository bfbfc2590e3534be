//! Standard output and standard error that are closed, whose reader went away, or that are full: an answer that nobody wants
//! is no failure, one that is lost is, an order that was taken is in force, and a log is no reason to stop.

use super::{Outcome, Place, TOWN, ended, program, waited};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// What becomes of a standard stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Closed,
    Broken,
    Full,
}

const FATES: [Fate; 3] = [Fate::Closed, Fate::Broken, Fate::Full];

/// The same command by way of a shell that does something with the streams first.
fn by_shell(command: &Command, redirection: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec \"$@\" {redirection}"), "sh"]).arg(command.get_program()).args(command.get_args());
    shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?)))).stdin(Stdio::null());
    shell
}

fn broken() -> Stdio {
    std::io::pipe().expect("a pipe").1.into()
}

fn full() -> Stdio {
    File::options().write(true).open("/dev/full").expect("it is there").into()
}

/// Runs a command whose answer nobody gets.
fn unheard(command: Command, fate: Fate) -> Outcome {
    let mut command = if fate == Fate::Closed { by_shell(&command, ">&-") } else { command };
    command.stderr(Stdio::piped()).stdout(match fate {
        Fate::Closed => Stdio::piped(),
        Fate::Broken => broken(),
        Fate::Full => full(),
    });
    waited(&mut command)
}

/// Runs a command whose complaints nobody gets.
fn unlogged(command: Command, fate: Fate) -> Outcome {
    let mut command = if fate == Fate::Closed { by_shell(&command, "2>&-") } else { command };
    command.stdout(Stdio::piped()).stderr(match fate {
        Fate::Closed => Stdio::piped(),
        Fate::Broken => broken(),
        Fate::Full => full(),
    });
    waited(&mut command)
}

#[track_caller]
fn fits(outcome: &Outcome, expected: i32, what: &str) {
    assert_eq!(outcome.code, Some(expected), "{what}: {}", outcome.stderr);
    assert!(!outcome.stderr.contains("a fault in populace"), "{what}: {}", outcome.stderr);
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

#[test]
fn a_question_ends_quietly_unless_its_answer_is_lost() {
    let place = Place::new();
    place.lives_to("2026-01-02", &[]).succeeds();
    let of_world = [
        "inspect --sample 2",
        "inspect --sample 2 --json",
        "cases --from 2026-01-01 --to 2026-02-01",
        "cases --from 2026-01-01 --to 2026-02-01 --json",
        "verify",
        "verify --json",
        "drift list",
        "drift list --json",
        "scenario show",
    ];
    let of_nobody = [
        "--help",
        "--version",
        "run --help",
        "scenario presets",
        "schema trips",
        "schema trips --format avro",
        "realism --people 20 --days 2 --report-only",
    ];
    for fate in FATES {
        let of_world = of_world.map(|line| (line, place.command(&words(line))));
        let of_nobody = of_nobody.map(|line| {
            let mut command = program();
            command.args(words(line));
            (line, command)
        });
        for (line, command) in of_world.into_iter().chain(of_nobody) {
            let outcome = unheard(command, fate);
            fits(&outcome, i32::from(fate == Fate::Full), &format!("{line}, {fate:?}"));
            assert_eq!(outcome.stderr.contains("standard output could not be written"), fate == Fate::Full, "{line}");
        }
    }
}

#[test]
fn an_order_that_was_taken_is_no_failure_whatever_becomes_of_its_answer() {
    let place = Place::new();
    place.lives_to("2026-01-02", &[]).succeeds();
    for (n, fate) in FATES.into_iter().enumerate() {
        let twin = place.path(&format!("twin-{n}"));
        let fork = format!("fork --to {}", twin.display());
        let start = format!("drift start --key bank.fraud.rate --to 0.0{} --id wave-{n}", n + 2);
        let stop = format!("drift stop wave-{n} --json");
        for line in ["inject velocity --user", "inject card-testing --victims 3 --json", &start, &stop, &fork] {
            let mut command = place.command(&words(line.trim_end_matches(" --user")));
            if line.ends_with("--user") {
                let sample = place.asks(&["inspect", "--sample", "1", "--json"]).stdout;
                let sample: serde_json::Value = serde_json::from_str(&sample).expect("JSON");
                command.arg("--user").arg(sample["user_id"].as_str().expect("an id"));
            }
            let outcome = unheard(command, fate);
            fits(&outcome, 0, &format!("{line}, {fate:?}"));
            assert_eq!(
                outcome.stderr.contains("the order is in force"),
                fate == Fate::Full,
                "{line}: {}",
                outcome.stderr
            );
        }
        let drifts = place.asks(&["drift", "list", "--json"]).stdout;
        assert_eq!(drifts.matches(&format!("\"wave-{n}\"")).count(), 1, "once and in force: {drifts}");
        assert!(twin.join("world/populace-world").exists());
    }
}

#[test]
fn a_summary_that_is_lost_is_a_failure_and_the_run_is_not() {
    let place = Place::new();
    for (day, fate) in [("02", Fate::Closed), ("03", Fate::Broken), ("04", Fate::Full)] {
        let end = format!("2026-01-{day}");
        let line = [&["backfill", "--json", "--end", &end], TOWN.as_slice()].concat();
        let outcome = unheard(place.command(&line), fate);
        fits(&outcome, i32::from(fate == Fate::Full), &format!("{fate:?}"));
        fits(&unheard(place.command(&["backfill", "--end", &end]), fate), 0, "a summary on standard error");
    }
    place.is_unharmed("2026-01-04");
}

#[test]
fn events_are_not_written_to_what_cannot_be_written() {
    let place = Place::new();
    let line = [&["backfill", "--end", "2026-01-03", "--sink", "stdout"], TOWN.as_slice()].concat();
    unheard(place.command(&line), Fate::Closed).complains(2, &["--sink stdout", "it is closed", "--sink null"]);
    let reading = by_shell(&place.command(&line), "1</dev/null");
    waited({ reading }.stderr(Stdio::piped())).complains(2, &["--sink stdout", "open for reading alone"]);
    assert!(!place.data().exists(), "nothing is made");
    // A reader that goes away has had enough: that is documented, and no failure.
    let gone = unheard(place.command(&[&line[..], &["--json"]].concat()), Fate::Broken);
    fits(&gone, 0, "a reader that went away");
    assert!(gone.stderr.contains("\"ended\":\"reader-gone\""), "{}", gone.stderr);
    unheard(place.command(&line), Fate::Full).complains(1, &["standard output", "full"]);
    unheard(place.command(&["run", "--duration", "1s"]), Fate::Closed).complains(2, &["it is closed"]);
    let mut command = place.command(&line);
    fits(&waited(command.stdout(Stdio::null()).stderr(Stdio::piped())), 0, "asked for nothing");
}

#[test]
fn a_log_that_nobody_hears_is_no_reason_to_stop() {
    for fate in FATES {
        let place = Place::new();
        for (end, code) in [("2026-01-02", 0), ("2026-01-03", 0), ("2025-01-01", 2)] {
            let line = [&["backfill", "--end", end, "--log", "populace=debug"], TOWN.as_slice()].concat();
            let outcome = unlogged(place.command(&line), fate);
            assert_eq!(outcome.code, Some(code), "{end}, {fate:?}");
        }
        assert_eq!(unlogged(place.command(&["run", "--poeple", "5"]), fate).code, Some(2), "{fate:?}");
        assert_eq!(unlogged(place.command(&["run", "--set", "bank.fraud.raet=5"]), fate).code, Some(2), "{fate:?}");
        assert_eq!(unlogged(place.command(&["inspect", "user", "nobody"]), fate).code, Some(1), "{fate:?}");
        assert_eq!(unlogged(place.command(&["scenario"]), fate).code, Some(2), "{fate:?}");
        place.is_unharmed("2026-01-03");
    }
}

#[test]
fn a_log_whose_reader_leaves_in_the_middle_is_no_reason_to_stop() {
    let place = Place::new();
    let line = [&["backfill", "--end", "2026-01-04", "--log", "populace=debug"], TOWN.as_slice()].concat();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let mut command = place.command(&line);
    command.stdout(Stdio::null()).stderr(writer);
    let mut child = command.spawn().expect("it starts");
    drop(command);
    let mut first = String::new();
    BufReader::with_capacity(1, reader).read_line(&mut first).expect("a line of the log");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    place.is_unharmed("2026-01-04");
}

#[test]
fn an_interrupted_birth_is_cleared_by_the_next_start() {
    for point in ["create.identity", "checkpoint.batch", "checkpoint.head"] {
        let place = Place::new();
        let mut command = place.command(&[&["backfill", "--end", "2026-01-02"], TOWN.as_slice()].concat());
        assert_eq!(ended(command.env("POPULACE_CRASH_AT", point)).code, None, "{point}: it is killed");
        place.asks(&["inspect", "--sample", "1"]).complains(1, &["was interrupted", "creates it again"]);
        // Other options are as good: there is no world that they could differ from.
        let other = ["backfill", "--end", "2026-01-02", "--people", "30", "--seed", "5", "--start", "2026-01-01"];
        place.asks(&other).succeeds();
        assert!(place.asks(&["verify"]).code == Some(0), "{point}");
    }
}

/// What a terminal gets of a run with these variables; none where there is no way to have a terminal.
fn on_a_terminal(variables: &str) -> Option<String> {
    let place = Place::new();
    let run = [&["backfill", "--end", "2026-01-02"], TOWN.as_slice()].concat().join(" ");
    let line = format!(
        "env -i POPULACE_LOG=info {variables} {} {run} --http off --data-dir {} >/dev/null",
        env!("CARGO_BIN_EXE_populace"),
        place.data().display()
    );
    let mut command = Command::new("script");
    let output = command.args(["-qec", &line, "/dev/null"]).stdin(Stdio::null()).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn dumb_terminals_and_no_color_get_no_colours() {
    let Some(coloured) = on_a_terminal("TERM=xterm") else { return eprintln!("no terminal can be had here") };
    assert!(coloured.contains("\u{1b}["), "{coloured:?}");
    for variables in ["TERM=dumb", "", "TERM=dumb NO_COLOR="] {
        let plain = on_a_terminal(variables).expect("just seen");
        assert!(!plain.contains('\u{1b}') && plain.contains("creating world"), "{variables}: {plain:?}");
    }
    let plain = on_a_terminal("TERM=xterm NO_COLOR=1").expect("just seen");
    assert!(!plain.contains("\u{1b}[3") && plain.contains("creating world"), "{plain:?}");
}
