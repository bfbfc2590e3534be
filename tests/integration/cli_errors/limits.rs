//! Limits of the system: processes, open files, and the locks and sockets that other users of the machine could reach. A
//! run that meets one ends with a message that names it, and never hangs.

use super::{Outcome, Place, Running, TOWN, ended, waited};
use rustix::fs::{FlockOperation, flock};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The users of tests: a range of ids that no system gives to anybody, a part of it for each process that tests.
const FIRST_USER: u32 = 20_000;
const TESTING_PROCESSES: u32 = 700;
const TESTS: u32 = 64;

thread_local! {
    /// A user of one test, which has a thread of its own: only the processes of that test count against its limit.
    static USER: u32 = {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let test = NEXT.fetch_add(1, Ordering::Relaxed) % TESTS;
        FIRST_USER + std::process::id() % TESTING_PROCESSES * TESTS + test
    };
}

/// The program with a limit, as a user that limits bind; none where there is no way to be one.
fn command(place: &Place, limit: &str, words: &[&str]) -> Option<Command> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let user = USER.with(|user| *user);
    let as_user = [format!("--reuid={user}"), format!("--regid={user}"), "--clear-groups".to_owned()];
    let program = env!("CARGO_BIN_EXE_populace");
    let reaches = Command::new("setpriv").args(&as_user).args([program, "--version"]).output();
    if !reaches.is_ok_and(|reached| reached.status.success()) {
        return None;
    }
    fs::set_permissions(place.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    chown(place.dir.path(), Some(user), Some(user)).unwrap();
    let mut command = Command::new("setpriv");
    command.args(&as_user).args(["prlimit", limit, program]).args(words).arg("--data-dir").arg(place.data());
    command.env("POPULACE_LOG", "off");
    Some(command)
}

fn limited(place: &Place, limit: &str, words: &[&str]) -> Option<Outcome> {
    let mut command = command(place, limit, words)?;
    Some(waited(command.stdout(Stdio::piped()).stderr(Stdio::piped())))
}

/// Tries these limits: where one is not enough, the run ends with 1 and says all of `words`. The first that is enough.
fn names_the_limit(option: &str, limits: std::ops::RangeInclusive<u32>, words: &[&str]) -> Option<u32> {
    let line = [&["backfill", "--end", "2026-01-02", "--threads", "2", "--http", "off"], TOWN.as_slice()].concat();
    let (mut refused, mut enough) = (0, None);
    for limit in limits {
        let place = Place::new();
        let Some(outcome) = limited(&place, &format!("{option}={limit}"), &line) else {
            eprintln!("no other user can be had here");
            return None;
        };
        match outcome.code {
            Some(0) => enough = enough.or(Some(limit)),
            _ => {
                outcome.complains(1, words);
                refused += 1;
                // What is left of it is no obstacle.
                limited(&place, &format!("{option}=256"), &line).unwrap().succeeds();
            }
        }
    }
    assert!(refused > 2 && enough.is_some(), "{refused} were refused");
    enough
}

#[test]
fn too_few_processes_are_named() {
    let enough = names_the_limit("--nproc", 1..=20, &["no further thread", "ulimit -u"]);
    let Some(limit) = enough.map(|enough| format!("--nproc={enough}")) else { return };
    // A run that has no thread to spare answers all the same.
    let place = Place::new();
    let line = [&["run", "--speed", "1", "--threads", "2", "--http", "off"], TOWN.as_slice()].concat();
    let world = Running::start(command(&place, &limit, &line).unwrap(), &place.data());
    for request in ["world", "weather", "traffic"] {
        let mut stream = UnixStream::connect(place.data().join("control.sock")).unwrap();
        writeln!(stream, "{{\"request\":\"{request}\"}}").unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        assert!(answer.starts_with("{\"ok\":true"), "{request}: {answer}");
    }
    world.stop().succeeds();
}

#[test]
fn too_few_open_files_are_named() {
    // Fewer do not even load the program.
    names_the_limit("--nofile", 6..=24, &["no further file", "ulimit -n"]);
}

/// `populace <words>` with at most 4 GiB of address space, so that no machine is large enough for a large world.
fn in_four_gibibytes(place: &Place, words: &[&str]) -> Outcome {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 4194304; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_populace")]);
    command.args(words).arg("--data-dir").arg(place.data()).env_clear().env("POPULACE_LOG", "off");
    ended(command.stdin(Stdio::null()))
}

#[test]
fn too_little_memory_is_named() {
    let place = Place::new();
    let parts = ["100000000 people", " GiB of memory; ", " GiB free: choose at most --people ", "--allow-low-memory"];
    let end = ["--end", "2026-01-02", "--http", "off"];
    for mode in ["run", "backfill"] {
        let line = [&[mode, "--people", "100000000", "--start", "2026-01-01"], end.as_slice()].concat();
        in_four_gibibytes(&place, &line).complains(1, &parts);
        assert!(!place.data().exists(), "nothing is made");
    }
    in_four_gibibytes(&place, &[&["backfill"], TOWN.as_slice(), end.as_slice()].concat()).succeeds();
}

#[test]
fn questions_name_the_limit_of_processes() {
    let place = Place::new();
    let line = [&["backfill", "--end", "2026-01-02"], TOWN.as_slice()].concat();
    let Some(born) = limited(&place, "--nproc=256", &line) else { return eprintln!("no other user can be had here") };
    born.succeeds();
    for words in [&["inspect", "--sample", "1"][..], &["verify"], &["drift", "list"]] {
        limited(&place, "--nproc=2", words).unwrap().complains(1, &["no further thread", "ulimit -u"]);
    }
}

#[test]
fn other_users_can_neither_hold_the_lock_nor_enter() {
    let place = Place::new();
    place.lives_to("2026-01-02", &[]).succeeds();
    for name in ["data/world", "data/world/holder"] {
        let mode = fs::metadata(place.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
    // A world of an earlier release is closed when it is opened next.
    fs::set_permissions(place.path("data/world"), fs::Permissions::from_mode(0o755)).unwrap();
    place.lives_to("2026-01-03", &[]).succeeds();
    assert_eq!(fs::metadata(place.path("data/world")).unwrap().permissions().mode() & 0o077, 0);
}

#[test]
fn who_holds_the_lock_is_named_and_not_who_held_it_before() {
    let place = Place::new();
    place.lives_to("2026-01-02", &[]).succeeds();
    let holder = place.path("data/world/holder");
    let before = fs::read_to_string(&holder).unwrap();
    let lock = File::open(&holder).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    let outcome = place.lives_to("2026-01-03", &[]);
    outcome.complains(1, &["in use by"]);
    assert!(!outcome.stderr.contains(&before), "{before} is over: {}", outcome.stderr);
    if fs::read_to_string("/proc/locks").is_ok_and(|locks| locks.contains(&format!(" {} ", std::process::id()))) {
        assert!(outcome.stderr.contains(&format!("process {}", std::process::id())), "{}", outcome.stderr);
    }
    drop(lock);
    place.is_unharmed("2026-01-03");
}

#[test]
fn a_missing_marker_is_not_told_as_missing_topics() {
    let place = Place::new();
    place.lives_to("2026-01-02", &[]).succeeds();
    let marker = place.data().join("topics/.populace");
    let kept = fs::read(&marker).unwrap();
    fs::remove_file(&marker).unwrap();
    place.lives_to("2026-01-03", &[]).complains(1, &["topics", ".populace", "put that file back"]);
    ended(&mut place.command(&["verify"])).complains(1, &[".populace"]);
    fs::write(&marker, kept).unwrap();
    place.is_unharmed("2026-01-03");
}
