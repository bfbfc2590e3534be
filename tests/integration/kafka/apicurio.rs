//! Schema registries for tests: one for all tests of the process, and one of its own for a test that kills it. Knows the
//! script that runs Apicurio and the registry's API; nothing of the daemon.

use super::broker::free_port;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// Wall time after which a registry that does not answer is given up.
const PATIENCE: Duration = Duration::from_secs(120);

const WHAT_TO_DO: &str = "run `tests/kafka/registry.sh assemble`";

/// A file in the registry's folder: with it the script removes the folder in the end.
const PASSING: &str = "passing";

/// An Apicurio in a process of its own, which keeps everything in memory and takes any version of a subject that has no
/// rule.
pub struct Apicurio {
    dir: PathBuf,
    port: u16,
    /// More options of Java.
    more: Vec<String>,
    /// The script that runs it: when its standard input is closed, it ends the registry.
    script: Mutex<Option<Child>>,
}

/// The registry of all tests of this process; none, with one line that says what is left out, where it is not assembled.
pub fn shared(what: &str) -> Option<&'static Apicurio> {
    static SHARED: OnceLock<Option<Apicurio>> = OnceLock::new();
    SHARED.get_or_init(|| Apicurio::start(what)).as_ref()
}

/// Whether there is an archive to run.
fn assembled() -> bool {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    let home = set("POPULACE_TEST_REGISTRY_HOME").or_else(|| Some(cache()?.join("populace/apicurio-3.0.9")));
    home.is_some_and(|home| home.join("complete").exists())
}

impl Apicurio {
    /// A registry of the test's own, or none, with one line that says what is left out.
    pub fn start(what: &str) -> Option<Apicurio> {
        Apicurio::start_with(what, &[])
    }

    /// With more options of Java.
    pub fn start_with(what: &str, more: &[String]) -> Option<Apicurio> {
        if assembled() {
            let registry = Apicurio::down(more);
            registry.run();
            return Some(registry);
        }
        let required = std::env::var("POPULACE_REQUIRE_KAFKA").is_ok_and(|value| value == "1");
        assert!(!required, "POPULACE_REQUIRE_KAFKA=1, and there is no schema registry: {WHAT_TO_DO}");
        eprintln!("left out: {what} needs a schema registry: {WHAT_TO_DO}");
        None
    }

    fn down(more: &[String]) -> Self {
        let dir = tempfile::Builder::new().prefix("populace-registry-").tempdir().unwrap().keep();
        Apicurio { dir, port: free_port(), more: more.to_vec(), script: Mutex::new(None) }
    }

    /// The address of its API.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/apis/ccompat/v7", self.port)
    }

    /// Runs it where it was, with nothing in it, and waits until it answers.
    pub fn run(&self) {
        self.spawn();
        let began = Instant::now();
        while self.try_get("/subjects").is_none() {
            assert!(began.elapsed() < PATIENCE, "the registry does not answer: {}", self.log());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn spawn(&self) {
        let _ = fs::remove_file(self.dir.join("pid"));
        fs::write(self.dir.join(PASSING), "").unwrap();
        let log = File::options().create(true).append(true).open(self.dir.join("script.log")).unwrap();
        let mut script = self.script.lock().unwrap();
        assert!(script.is_none(), "it runs already");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kafka/registry.sh");
        let mut command = Command::new(path);
        command.arg("run").arg(&self.dir).arg(self.port.to_string()).args(&self.more);
        *script = Some(command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log).spawn().expect("bash runs"));
    }

    /// `kill -9`.
    pub fn kill(&self) {
        let mut script = self.script.lock().unwrap().take().expect("it runs");
        fs::remove_file(self.dir.join(PASSING)).unwrap();
        let pid = fs::read_to_string(self.dir.join("pid")).unwrap().trim().parse().ok().and_then(Pid::from_raw);
        let _ = kill_process(pid.expect("a process"), Signal::KILL);
        drop(script.stdin.take());
        script.wait().unwrap();
    }

    /// What it answers to a question.
    pub fn get(&self, path: &str) -> Value {
        self.try_get(path).unwrap_or_else(|| panic!("{path}: no answer"))
    }

    fn try_get(&self, path: &str) -> Option<Value> {
        let mut response = ureq::get(format!("{}{path}", self.url())).call().ok()?;
        serde_json::from_str(&response.body_mut().read_to_string().ok()?).ok()
    }

    /// The latest version of a subject.
    pub fn latest(&self, subject: &str) -> Value {
        self.get(&format!("/subjects/{subject}/versions/latest"))
    }

    /// Sets what a new version of a subject must be compatible with, as its owner would.
    pub fn set_compatibility(&self, subject: &str, level: &str) {
        self.put(&format!("/config/{subject}"), &json!({ "compatibility": level }));
    }

    fn put(&self, path: &str, body: &Value) {
        let request = ureq::put(format!("{}{path}", self.url())).header("Content-Type", "application/json");
        request.send(body.to_string()).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Registers a schema, as its owner would.
    pub fn register(&self, subject: &str, kind: &str, schema: &str) {
        let path = format!("{}/subjects/{subject}/versions", self.url());
        let body = json!({ "schemaType": kind, "schema": schema }).to_string();
        let sent = ureq::post(&path).header("Content-Type", "application/vnd.schemaregistry.v1+json").send(body);
        sent.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    fn log(&self) -> String {
        let text = |name: &str| fs::read_to_string(self.dir.join(name)).unwrap_or_default();
        [text("script.log"), text("registry.log")].concat()
    }
}

impl Drop for Apicurio {
    fn drop(&mut self) {
        if let Some(mut script) = self.script.lock().unwrap().take() {
            drop(script.stdin.take());
            let _ = script.wait();
        }
        let _ = fs::remove_dir_all(&self.dir);
    }
}
