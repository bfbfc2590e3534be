//! The real program seen from outside: started, signalled, killed, asked over its socket, its words read. Knows the
//! command line and the control protocol, and nothing of the library.

use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Wall time after which a process that should have ended is given up.
const PATIENCE: Duration = Duration::from_secs(300);

/// Number of the signal that cannot be caught.
pub const SIGINT: i32 = 2;
pub const SIGKILL: i32 = 9;
pub const SIGTERM: i32 = 15;

/// A world in a directory of its own, and the options that every start of it gets.
pub struct World {
    home: tempfile::TempDir,
    born: Vec<String>,
}

impl World {
    pub fn new(born: &[&str]) -> Self {
        World { home: tempfile::tempdir().unwrap(), born: born.iter().map(|s| (*s).to_owned()).collect() }
    }

    /// The same world again, as it lies in its directory now, in another one. Sockets and locks do not come with it.
    pub fn copy(&self) -> Self {
        let copy = World { home: tempfile::tempdir().unwrap(), born: self.born.clone() };
        let copied = Command::new("cp").arg("-a").arg(self.data()).arg(copy.data()).status();
        assert!(copied.expect("cp runs").success());
        let _ = fs::remove_file(copy.data().join("control.sock"));
        copy
    }

    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    pub fn topics(&self) -> PathBuf {
        self.data().join("topics")
    }

    /// `populace NAME --data-dir D`.
    pub fn plain(&self, name: &str) -> Start {
        let mut command = Command::new(env!("CARGO_BIN_EXE_populace"));
        command.env_clear().arg(name).arg("--data-dir").arg(self.data());
        Start { command, scratch: self.home.path().to_path_buf() }
    }

    /// `populace drift` with these words for this world.
    pub fn drift(&self, words: &str) -> Start {
        self.words("drift", words)
    }

    /// `populace export` with these words for this world.
    pub fn export(&self, words: &str) -> Start {
        self.words("export", words)
    }

    fn words(&self, name: &str, words: &str) -> Start {
        let mut command = Command::new(env!("CARGO_BIN_EXE_populace"));
        command.env_clear().arg(name).args(words.split(' ')).arg("--data-dir").arg(self.data());
        Start { command, scratch: self.home.path().to_path_buf() }
    }

    /// The same with the world's options, a summary as JSON and logs of everything.
    pub fn start(&self, name: &str) -> Start {
        let mut start = self.plain(name);
        start.command.args(&self.born).args(["--json", "--progress", "log", "--log", "populace=debug"]);
        start
    }

    /// Runs to `end` and returns the summary.
    pub fn backfill(&self, end: &str) -> Value {
        self.start("backfill").args(&["--end", end]).finish().summary()
    }
}

/// A process about to start.
pub struct Start {
    command: Command,
    scratch: PathBuf,
}

impl Start {
    pub fn args(mut self, args: &[&str]) -> Self {
        self.command.args(args);
        self
    }

    /// Options in one text, apart by spaces.
    pub fn line(mut self, args: &str) -> Self {
        self.command.args(args.split_whitespace());
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// To die at the n-th time at a crash point.
    pub fn crash_at(self, point: &str, n: u64) -> Self {
        self.env("POPULACE_CRASH_AT", &format!("{point}:{n}"))
    }

    /// Windows of so many virtual minutes.
    pub fn windows(self, minutes: u64) -> Self {
        self.env("POPULACE_TEST_WINDOW_MICROS", &(minutes * 60_000_000).to_string())
    }

    pub fn spawn(mut self) -> Daemon {
        static STARTED: AtomicU64 = AtomicU64::new(0);
        let n = STARTED.fetch_add(1, Ordering::Relaxed);
        let [out, err] = ["out", "err"].map(|name| self.scratch.join(format!("{name}-{n}")));
        let [out_file, err_file] = [&out, &err].map(|path| File::create(path).unwrap());
        let child = self.command.stdin(Stdio::null()).stdout(out_file).stderr(err_file).spawn().expect("it starts");
        Daemon { child, out, err }
    }

    pub fn finish(self) -> Outcome {
        self.spawn().wait()
    }
}

/// A running process. Its output goes to files, so that nothing waits for a reader.
pub struct Daemon {
    child: Child,
    out: PathBuf,
    err: PathBuf,
}

impl Daemon {
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.err).unwrap_or_default()).into_owned()
    }

    pub fn out(&self) -> &Path {
        &self.out
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// `kill -9`, and waits for the end.
    pub fn kill(mut self) -> Outcome {
        self.child.kill().expect("it is killed, or has ended");
        self.wait()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success(), "{name} could not be sent: {}", self.said());
    }

    /// Waits until `there` says so; false when the process ended before.
    pub fn until(&mut self, mut there: impl FnMut(&Self) -> bool) -> bool {
        let began = Instant::now();
        loop {
            if there(self) {
                return true;
            }
            if !self.is_running() {
                return there(self);
            }
            assert!(began.elapsed() < PATIENCE, "waited in vain: {}", self.said());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    pub fn wait(mut self) -> Outcome {
        let began = Instant::now();
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if began.elapsed() > PATIENCE => {
                    let _ = self.child.kill();
                    panic!("it does not end: {}", self.said());
                }
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        };
        let text = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        Outcome { status, out: text(&self.out), err: text(&self.err) }
    }
}

/// A test that fails leaves no process behind.
impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a process ended, and what it said.
pub struct Outcome {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
}

impl Outcome {
    /// The JSON object that it printed.
    pub fn summary(&self) -> Value {
        assert_eq!(self.status.code(), Some(0), "{}", self.err);
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }

    /// What it said when it ended with `code`.
    pub fn failed(&self, code: i32) -> &str {
        assert_eq!(self.status.code(), Some(code), "{}{}", self.out, self.err);
        &self.err
    }

    /// That it died at a crash point, by a signal.
    pub fn assert_crashed_at(&self, point: &str) {
        let line = format!("crash point {point}\n");
        assert!(self.err.contains(&line), "{point} was not reached ({}): {}", self.status, self.err);
        assert_eq!(self.status.signal(), Some(SIGKILL), "{}", self.err);
    }
}

/// A number of a summary or an answer.
pub fn number(of: &Value, name: &str) -> u64 {
    of[name].as_u64().unwrap_or_else(|| panic!("{name} is a number in {of}"))
}

/// Asks a running world; the error is in its words, or why there was no answer.
pub fn ask(data: &Path, request: &Value) -> Result<Value, String> {
    let mut stream = UnixStream::connect(data.join("control.sock")).map_err(|e| e.to_string())?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(format!("{request}\n").as_bytes()).map_err(|e| e.to_string())?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).map_err(|e| e.to_string())?;
    let answer: Value = serde_json::from_str(&line).map_err(|e| e.to_string())?;
    match answer["ok"].as_bool() {
        Some(true) => Ok(answer["answer"].clone()),
        _ => Err(answer["error"].to_string()),
    }
}

/// The seed of a random test: always the same, unless `POPULACE_TEST_SEED` is a number, or `new` for one never seen.
pub fn seed() -> u64 {
    let fresh = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().subsec_nanos().into();
    let seed = match std::env::var("POPULACE_TEST_SEED").as_deref() {
        Ok("new") => fresh(),
        Ok(number) => number.parse().expect("POPULACE_TEST_SEED is a number or `new`"),
        Err(_) => 20_260_101,
    };
    println!("POPULACE_TEST_SEED={seed}");
    seed
}

/// Random numbers good enough to choose instants with (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len() as u64) as usize]
    }

    pub fn rest(&mut self, low_millis: u64, high_millis: u64) {
        std::thread::sleep(Duration::from_millis(self.between(low_millis, high_millis)));
    }
}
