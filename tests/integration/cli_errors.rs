//! What a user may do wrong, against the real program: exit code 2 for what was said, 1 for what is so, one message that
//! says what, where and what to do, and nothing lost. Knows texts and files, nothing of the inside.

mod bad_options;
mod bytes;
mod copies;
mod damage;
mod disk_full;
mod drifting;
mod finished;
mod going_on;
mod kafka;
mod limits;
mod places;
mod readonly;
mod socket;
mod streams;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A small town that every test shares: the same bytes wherever it is born.
const TOWN: [&str; 6] = ["--people", "40", "--seed", "11", "--start", "2026-01-01"];

/// What a process left behind.
struct Outcome {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Outcome { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

impl Outcome {
    /// It ended with `code` and one message that has all the `parts`.
    #[track_caller]
    fn complains(&self, code: i32, parts: &[&str]) {
        let Outcome { stderr, .. } = self;
        println!("exit {code}: {stderr}");
        assert_eq!(self.code, Some(code), "{stderr}");
        assert_eq!(stderr.lines().filter(|line| line.starts_with("error")).count(), 1, "one message: {stderr}");
        assert!(stderr.starts_with("error: "), "nothing before it: {stderr}");
        for unwanted in ["panicked", "RUST_BACKTRACE", "a fault in populace", ".rs:"] {
            assert!(!stderr.contains(unwanted), "{stderr}");
        }
        parts.iter().for_each(|part| assert!(stderr.contains(part), "{part:?} is missing: {stderr}"));
        assert_eq!(self.stdout, "", "a failure answers nothing");
    }

    #[track_caller]
    fn succeeds(&self) {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
    }
}

/// The program with nothing of this process's environment, and no log.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_populace"));
    command.env_clear().env("POPULACE_LOG", "off").stdin(Stdio::null());
    command
}

fn populace(args: &[&str]) -> Outcome {
    ended(program().args(args))
}

/// Runs `command`, which must end by itself: what should have been refused would run for ever.
fn ended(command: &mut Command) -> Outcome {
    waited(command.stdout(Stdio::piped()).stderr(Stdio::piped()))
}

/// The same with the streams as they are.
fn waited(command: &mut Command) -> Outcome {
    let child = command.spawn().expect("the program starts");
    let pid = rustix::process::Pid::from_child(&child);
    let (done, waiting) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(child.wait_with_output()));
    let output = waiting.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        panic!("it does not end: {command:?}")
    });
    output.expect("it was waited for").into()
}

/// A directory of a test, with a world's data directory in it.
struct Place {
    dir: TempDir,
    /// The data directory's name in it.
    name: &'static str,
}

impl Place {
    fn new() -> Self {
        Place { dir: tempfile::tempdir().expect("a directory"), name: "data" }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn data(&self) -> PathBuf {
        self.path(self.name)
    }

    /// `populace <words> --data-dir <data>`.
    fn asks(&self, words: &[&str]) -> Outcome {
        ended(&mut self.command(words))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = program();
        command.args(words).arg("--data-dir").arg(self.data());
        command
    }

    /// Backfills the town to `end`, with further options.
    fn lives_to(&self, end: &str, more: &[&str]) -> Outcome {
        self.asks(&[&["backfill", "--end", end], TOWN.as_slice(), more].concat())
    }

    /// The bytes of the topic files, by name.
    fn topics(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files_in(&self.data().join("topics"))
    }

    /// The world goes on to `end`, and its bytes are those of a world that nothing happened to.
    #[track_caller]
    fn is_unharmed(&self, end: &str) {
        self.lives_to(end, &[]).succeeds();
        same(&self.topics(), &unbroken(end));
    }
}

/// The bytes of the town after one undisturbed run.
fn unbroken(end: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let place = Place::new();
    place.lives_to(end, &[]).succeeds();
    place.topics()
}

/// All topic files below `folder`, by their path in it; without marker files.
fn files_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for topic in fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("a name").path()) {
        let Ok(days) = fs::read_dir(&topic) else { continue };
        for day in days.map(|entry| entry.expect("a name").path()) {
            let name = day.strip_prefix(folder).expect("it lies there").to_path_buf();
            files.insert(name, fs::read(&day).expect("it can be read"));
        }
    }
    files
}

/// Names the first file that differs, not its bytes.
#[track_caller]
fn same(one: &BTreeMap<PathBuf, Vec<u8>>, other: &BTreeMap<PathBuf, Vec<u8>>) {
    assert!(!other.is_empty(), "there is something to compare");
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, bytes) in one {
        assert!(*bytes == other[name], "{} differs: {} and {} bytes", name.display(), bytes.len(), other[name].len());
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory").map(|entry| entry.expect("a name")) {
        let target = to.join(entry.file_name());
        match entry.file_type().expect("a kind") {
            kind if kind.is_dir() => copy(&entry.path(), &target),
            kind if kind.is_file() => drop(fs::copy(entry.path(), target).expect("a copy")),
            _ => {}
        }
    }
}

/// A world that runs; killed when it is dropped.
struct Running(Child);

impl Running {
    /// Starts `command` and waits until the world answers on its socket.
    fn start(mut command: Command, data: &Path) -> Self {
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let running = Running(child);
        let since = Instant::now();
        while std::os::unix::net::UnixStream::connect(data.join("control.sock")).is_err() {
            assert!(since.elapsed() < Duration::from_secs(30), "the world does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
        running
    }

    /// Asks for a clean stop, and waits.
    fn stop(mut self) -> Outcome {
        let pid = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it runs");
        let status = self.0.wait().expect("it ends");
        let mut stderr = String::new();
        std::io::Read::read_to_string(self.0.stderr.as_mut().expect("it is piped"), &mut stderr).expect("text");
        Outcome { code: status.code(), stdout: String::new(), stderr }
    }

    /// As by `kill -9`.
    fn kill(mut self) {
        self.0.kill().expect("it runs");
        self.0.wait().expect("it ends");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Stopped already, or of no further use.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
