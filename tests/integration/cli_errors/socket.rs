//! Whatever comes by the control socket: nonsense harms no run, and what is set there stays set.

use super::{Place, Running, TOWN};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

struct Line(BufReader<UnixStream>);

impl Line {
    fn to(data: &Path) -> Self {
        let stream = UnixStream::connect(data.join("control.sock")).expect("the world runs");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
        Line(BufReader::new(stream))
    }

    /// Sends the bytes, which may be refused on the way, and reads a line of answer.
    fn raw(&mut self, bytes: &[u8]) -> Option<Value> {
        let _ = self.0.get_mut().write_all(bytes);
        let mut line = String::new();
        self.0.read_line(&mut line).ok()?;
        serde_json::from_str(&line).ok()
    }

    fn ask(&mut self, request: &Value) -> Value {
        self.raw(format!("{request}\n").as_bytes()).expect("an answer")
    }
}

fn ask(data: &Path, request: Value) -> Value {
    Line::to(data).ask(&request)
}

fn status(data: &Path) -> Value {
    ask(data, json!({"request": "status"}))["answer"].clone()
}

fn running(place: &Place, more: &[&str]) -> Running {
    Running::start(place.command(&[&["run"], TOWN.as_slice(), more].concat()), &place.data())
}

#[test]
fn nonsense_is_answered_and_harms_nothing() {
    let place = Place::new();
    let world = running(&place, &["--speed", "1"]);
    let command = |person: u64, count: i64, within: i64| {
        let command = json!({"command": "inject", "number": 0, "kind": "velocity", "person": person, "count": count,
            "within_seconds": within});
        json!({"request": "command", "command": command}).to_string()
    };
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let nonsense = [
        "",
        "{}",
        "null",
        "[]",
        "hello",
        "{\"request\":\"stopp\"}",
        "{\"request\":\"speed\"}",
        "{\"request\":\"speed\",\"to\":0}",
        "{\"request\":\"speed\",\"to\":\"fast\"}",
        "{\"request\":\"speed\",\"to\":[1]}",
        "{\"request\":\"rate\",\"events_per_second\":-1}",
        "{\"request\":\"rate\",\"events_per_second\":1e999}",
        "{\"request\":\"inspect\",\"whom\":\"user\",\"id\":\"x\"}",
        "{\"request\":\"inspect\",\"whom\":\"dog\"}",
        "{\"request\":\"drift-start\"}",
        "{\"request\":\"drift-start\",\"scenario\":\"quick-look\"}",
        "{\"request\":\"drift-start\",\"drifts\":[{}]}",
        "{\"request\":\"drift-start\",\"drifts\":[{\"key\":7,\"to\":[1],\"kind\":null}]}",
        "{\"request\":\"drift-stop\"}",
        "{\"request\":\"drift-stop\",\"ids\":[]}",
        "{\"request\":\"drift-stop\",\"ids\":[\"x\"]}",
        &command(40, 5, 60),
        &command(4_294_967_295, 5, 60),
        &command(3, 0, 60),
        &command(3, 10_001, 60),
        &command(3, 5, 0),
        &command(3, 5, 4_000_000_000),
        &command(3, -5, 60),
        &deep,
    ];
    let mut line = Line::to(&place.data());
    for request in nonsense {
        let answer = line.raw(format!("{request}\n").as_bytes()).expect("an answer");
        assert_eq!(answer["ok"], false, "{request}: {answer}");
        assert!(answer["error"].as_str().is_some_and(|error| error.len() > 10), "{request}: {answer}");
    }
    let bytes = line.raw(b"\xff\xfe\x00{}\n").expect("an answer");
    assert_eq!(bytes["ok"], false, "{bytes}");
    let answer = line.raw(&vec![b'x'; 1 << 20]);
    assert!(answer.is_none_or(|answer| answer["error"].as_str().unwrap().contains("at most")));
    // One that asks for everybody, one that says half a word, and one that goes before the answer comes.
    let all = ask(&place.data(), json!({"request": "inspect", "whom": "people", "count": u32::MAX}));
    assert_eq!(all["answer"].as_array().map(Vec::len), Some(40));
    let mut half = Line::to(&place.data());
    half.0.get_mut().write_all(b"{\"request\":").unwrap();
    Line::to(&place.data()).0.get_mut().write_all(b"{\"request\":\"status\"}\n").unwrap();
    assert_eq!(status(&place.data())["paused"], false);
    world.stop().succeeds();
    place.is_unharmed("2026-01-02");
}

#[test]
fn pause_speed_and_rate_are_in_force_after_a_restart() {
    let place = Place::new();
    let world = running(&place, &["--speed", "1"]);
    assert_eq!(ask(&place.data(), json!({"request": "speed", "to": 30}))["ok"], true);
    assert_eq!(ask(&place.data(), json!({"request": "pause"}))["ok"], true);
    world.kill();

    let world = running(&place, &[]);
    let then = status(&place.data());
    assert_eq!((&then["paused"], &then["speed"]), (&json!(true), &json!("30")), "{then}");
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(status(&place.data())["virtual_now"], then["virtual_now"], "it stands still");
    assert_eq!(ask(&place.data(), json!({"request": "resume"}))["ok"], true);
    assert_eq!(ask(&place.data(), json!({"request": "rate", "events_per_second": 200}))["ok"], true);
    world.stop().succeeds();

    let world = running(&place, &[]);
    let now = status(&place.data());
    assert_eq!((&now["paused"], &now["speed"]), (&json!(false), &json!("200 events/s")), "{now}");
    let since = Instant::now();
    while status(&place.data())["virtual_now"] == now["virtual_now"] {
        assert!(since.elapsed() < Duration::from_secs(20), "it goes on");
    }
    assert_eq!(ask(&place.data(), json!({"request": "pause"}))["ok"], true);
    world.stop().succeeds();

    // A backfill goes as fast as it can whatever was set, and leaves it set; a stated speed replaces it.
    place.lives_to("2026-01-02", &[]).succeeds();
    running(&place, &[]).stop().succeeds();
    let world = running(&place, &["--speed", "2"]);
    let stated = status(&place.data());
    assert_eq!((&stated["paused"], &stated["speed"]), (&json!(false), &json!("2")), "{stated}");
    world.stop().succeeds();
    let world = running(&place, &["--speed", "3"]);
    assert_eq!(status(&place.data())["speed"], "3");
    world.stop().succeeds();
    place.is_unharmed("2026-01-03");
}

#[test]
fn the_socket_is_its_owners_alone_and_takes_so_many_connections() {
    let place = Place::new();
    let mut command = std::process::Command::new("sh");
    let line = place.command(&[&["run", "--speed", "1", "--http", "off"], TOWN.as_slice()].concat());
    command.args(["-c", "umask 000; exec \"$@\"", "sh"]).arg(line.get_program()).args(line.get_args());
    // What an earlier run left where the socket is made is no obstacle.
    std::fs::create_dir_all(place.data().join(".control")).unwrap();
    std::fs::write(place.data().join(".control/control.sock"), "").unwrap();
    let world = Running::start(command, &place.data());
    let mode = std::fs::metadata(place.data().join("control.sock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{mode:o}");
    assert!(!place.data().join(".control").exists(), "the folder in which it was made is gone");

    let mut open: Vec<Line> = Vec::new();
    let refused = |place: &Place| {
        let outcome = place.asks(&["inspect", "--sample", "1"]);
        outcome.code == Some(1) && outcome.stderr.contains("64 connections are open")
    };
    // Some of these are turned away, for connections that have just gone may still have their places.
    until("the places are taken", || {
        open.extend((0..16).map(|_| Line::to(&place.data())));
        refused(&place)
    });
    drop(open);
    until("there is room again", || place.asks(&["inspect", "--sample", "1"]).code == Some(0));
    world.stop().succeeds();
}

fn until(what: &str, mut there: impl FnMut() -> bool) {
    let since = Instant::now();
    while !there() {
        assert!(since.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
