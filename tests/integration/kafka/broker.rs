//! Brokers for tests: one for all tests of the process, and one of its own for a test that kills it. Knows the script that
//! runs Kafka, and librdkafka's mock cluster; nothing of the daemon.

use super::proxy::Proxy;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::mocking::MockCluster;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// Wall time after which a broker that does not answer is given up.
const PATIENCE: Duration = Duration::from_secs(90);

const WHAT_TO_DO: &str = "run `tests/kafka/kafka.sh assemble`, or name brokers in POPULACE_TEST_BROKERS";

/// A Kafka, or what takes its place.
pub struct Broker {
    address: String,
    kind: Kind,
}

enum Kind {
    /// Somebody else's, named in the environment.
    Given,
    /// Apache Kafka in a process of its own.
    Own(Process),
    /// librdkafka's mock cluster, which makes the topics that it is told to.
    Mock(Sender<(String, usize, Sender<()>)>),
}

/// The broker of all tests of this process.
pub fn shared() -> &'static Broker {
    static SHARED: OnceLock<Broker> = OnceLock::new();
    SHARED.get_or_init(|| match std::env::var("POPULACE_TEST_BROKERS") {
        Ok(address) if !address.is_empty() => Broker { address, kind: Kind::Given },
        _ if assembled() => Broker::running(Process::new("")),
        _ => mock(),
    })
}

/// The same, for what the mock cluster cannot do: none, with one line that says what is left out.
pub fn shared_real(what: &str) -> Option<&'static Broker> {
    let shared = shared();
    if shared.is_real() {
        return Some(shared);
    }
    eprintln!("left out: {what} needs a real Kafka: {WHAT_TO_DO}");
    None
}

/// Whether there are jars to run.
fn assembled() -> bool {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    let home = set("POPULACE_TEST_KAFKA_HOME").or_else(|| Some(cache()?.join("populace/kafka-4.2.0")));
    home.is_some_and(|home| home.join("complete").exists())
}

fn required() -> bool {
    std::env::var("POPULACE_REQUIRE_KAFKA").is_ok_and(|value| value == "1")
}

/// A mock cluster lives in the thread that made it.
fn mock() -> Broker {
    assert!(!required(), "POPULACE_REQUIRE_KAFKA=1, and there is no Kafka: {WHAT_TO_DO}");
    eprintln!("no Kafka is assembled: librdkafka's mock cluster takes its place, and what that cannot do is left out");
    let (say, heard) = channel();
    let (order, orders) = channel::<(String, usize, Sender<()>)>();
    std::thread::spawn(move || {
        let cluster = MockCluster::new(1).unwrap();
        say.send(cluster.bootstrap_servers()).unwrap();
        for (topic, partitions, done) in orders {
            cluster.create_topic(&topic, i32::try_from(partitions).unwrap(), 1).unwrap();
            let _ = done.send(());
        }
    });
    Broker { address: heard.recv().unwrap(), kind: Kind::Mock(order) }
}

impl Broker {
    /// A broker of the test's own, or none, with one line that says what is left out.
    pub fn start(what: &str) -> Option<Broker> {
        Broker::start_with(what, "")
    }

    /// With more settings, in which `{PORT}` and `{CPORT}` stand for the ports of the broker and its controller.
    pub fn start_with(what: &str, settings: &str) -> Option<Broker> {
        if assembled() {
            return Some(Broker::running(Process::new(settings)));
        }
        assert!(!required(), "POPULACE_REQUIRE_KAFKA=1, and there is no Kafka: {WHAT_TO_DO}");
        eprintln!("left out: {what} needs a Kafka of its own: run `tests/kafka/kafka.sh assemble`");
        None
    }

    /// A broker that clients reach by a proxy alone; what it says to itself goes by another way.
    pub fn start_behind(proxy: &Proxy, what: &str) -> Option<Broker> {
        let inside = free_port();
        let settings = format!(
            "listeners=PLAINTEXT://127.0.0.1:{{PORT}},INSIDE://127.0.0.1:{inside},CONTROLLER://127.0.0.1:{{CPORT}}\n\
             advertised.listeners=PLAINTEXT://{},INSIDE://127.0.0.1:{inside}\n\
             listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT\n\
             inter.broker.listener.name=INSIDE\n",
            proxy.address()
        );
        let mut broker = Broker::start_with(what, &settings)?;
        if let Kind::Own(process) = &broker.kind {
            proxy.forward_to(process.port);
        }
        proxy.address().clone_into(&mut broker.address);
        broker.wait_until_it_answers();
        Some(broker)
    }

    fn running(process: Process) -> Broker {
        let broker = Broker { address: format!("127.0.0.1:{}", process.port), kind: Kind::Own(process) };
        broker.wait_until_it_answers();
        broker
    }

    /// `host:port`, perhaps several with commas.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether it knows transactions, retention and settings of topics.
    pub fn is_real(&self) -> bool {
        !matches!(self.kind, Kind::Mock(_))
    }

    /// Makes a topic where this is the mock cluster; false where it is not.
    pub fn mock_topic(&self, topic: &str, partitions: usize) -> bool {
        let Kind::Mock(orders) = &self.kind else { return false };
        let (done, wait) = channel();
        orders.send((topic.to_owned(), partitions, done)).unwrap();
        wait.recv().unwrap();
        true
    }

    /// `kill -9`.
    pub fn kill(&self) {
        self.process().kill();
    }

    /// Runs it again where it was.
    pub fn restart(&self) {
        self.process().run();
        self.wait_until_it_answers();
    }

    /// Stops all its threads, as when a machine hangs.
    pub fn stop(&self) {
        kill_process(self.process().pid(), Signal::STOP).unwrap();
    }

    /// Lets them go on.
    pub fn cont(&self) {
        kill_process(self.process().pid(), Signal::CONT).unwrap();
    }

    fn process(&self) -> &Process {
        match &self.kind {
            Kind::Own(process) => process,
            _ => panic!("only a broker that the test started is its to stop"),
        }
    }

    fn wait_until_it_answers(&self) {
        let client: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", &self.address)
            .set("reconnect.backoff.max.ms", "200")
            .set("log_level", "0")
            .create()
            .unwrap();
        let began = Instant::now();
        while !client.fetch_metadata(None, Duration::from_secs(1)).is_ok_and(|found| !found.brokers().is_empty()) {
            assert!(began.elapsed() < PATIENCE, "the broker does not answer: {}", self.log());
        }
    }

    fn log(&self) -> String {
        let Kind::Own(process) = &self.kind else { return String::new() };
        let text = |name: &str| fs::read_to_string(process.dir.join(name)).unwrap_or_default();
        [text("script.log"), text("broker.log")].concat()
    }
}

/// A file in the broker's folder: with it the script removes the folder in the end, whoever is left to see it.
const PASSING: &str = "passing";

struct Process {
    /// Of the broker, its data and its logs.
    dir: PathBuf,
    port: u16,
    controller: u16,
    /// The script that runs it: when its standard input is closed, it ends the broker.
    script: Mutex<Option<Child>>,
}

impl Process {
    fn new(settings: &str) -> Self {
        let dir = tempfile::Builder::new().prefix("populace-kafka-").tempdir().unwrap().keep();
        let [port, controller] = [free_port(), free_port()];
        let settings = settings.replace("{PORT}", &port.to_string()).replace("{CPORT}", &controller.to_string());
        fs::write(dir.join("more.properties"), settings).unwrap();
        let process = Process { dir, port, controller, script: Mutex::new(None) };
        process.run();
        process
    }

    fn run(&self) {
        let _ = fs::remove_file(self.dir.join("pid"));
        fs::write(self.dir.join(PASSING), "").unwrap();
        let log = File::options().create(true).append(true).open(self.dir.join("script.log")).unwrap();
        let mut script = self.script.lock().unwrap();
        assert!(script.is_none(), "it runs already");
        let child = Command::new(script_path())
            .arg("run")
            .arg(&self.dir)
            .args([self.port.to_string(), self.controller.to_string()])
            .arg(self.dir.join("more.properties"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        *script = Some(child.expect("bash runs"));
    }

    /// Of the Java process, which may still be about to start.
    fn pid(&self) -> Pid {
        let began = Instant::now();
        loop {
            let text = fs::read_to_string(self.dir.join("pid")).unwrap_or_default();
            if let Some(pid) = text.trim().parse().ok().and_then(Pid::from_raw) {
                return pid;
            }
            assert!(began.elapsed() < PATIENCE, "the broker does not start");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn kill(&self) {
        let mut script = self.script.lock().unwrap().take().expect("it runs");
        fs::remove_file(self.dir.join(PASSING)).unwrap();
        // It may have ended by itself, out of memory for instance: then the script still waits.
        let _ = kill_process(self.pid(), Signal::KILL);
        drop(script.stdin.take());
        script.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut script) = self.script.lock().unwrap().take() {
            drop(script.stdin.take());
            let _ = script.wait();
        }
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// The script beside the sources.
fn script_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kafka/kafka.sh")
}

/// What one of Kafka's own tools printed.
pub fn tool(class: &str, arguments: &[&str]) -> String {
    let ran = Command::new(script_path()).args(["tool", class]).args(arguments).output().expect("bash runs");
    let [out, err] = [&ran.stdout, &ran.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(ran.status.success(), "{class} {arguments:?}: {out}{err}");
    out
}

/// A port that nobody has, below those that outgoing connections get: a killed broker must find it free again.
pub fn free_port() -> u16 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let start = u64::from(std::process::id()) * 97;
    for _ in 0..10_000 {
        let n = start + NEXT.fetch_add(1, Ordering::Relaxed);
        let port = u16::try_from(20_000 + n % 12_000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("there is no free port");
}

/// A prefix for topics that no other test and no earlier run has.
pub fn fresh_prefix() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    format!("t{:x}-{}.", now.as_micros(), NEXT.fetch_add(1, Ordering::Relaxed))
}
