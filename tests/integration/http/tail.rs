//! The live tail: status and records as they come, and readers that do not read, whom nobody waits for.

use super::client::Client;
use super::{TOWN, run, running, stop};
use crate::crash::daemon::World;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

fn follow(client: &Client) -> TcpStream {
    let mut stream = client.connect();
    write!(stream, "GET /api/v1/events HTTP/1.1\r\nHost: {}\r\n\r\n", client.address).unwrap();
    stream
}

/// Names and data of events, as they come; ends with the connection.
fn events(stream: TcpStream) -> impl Iterator<Item = (String, Value)> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    std::iter::from_fn(move || {
        let name = lines.find_map(|line| line.strip_prefix("event: ").map(str::to_owned))?;
        let data = lines.next()?;
        Some((name, serde_json::from_str(data.strip_prefix("data: ")?).expect("JSON")))
    })
}

#[test]
fn records_and_status_come_as_they_happen() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(run(&world).line("--speed 3600"));
    let mut seen = events(follow(&client));
    let (name, first) = seen.next().expect("the status comes at once");
    assert_eq!((name.as_str(), &first["phase"]), ("status", &"running".into()));
    let record = seen.find(|(name, _)| name == "record").expect("records come").1;
    assert!(record["stands_for"].as_u64() >= Some(1) && record["record"]["timestamp"].is_string(), "{record}");
    let file = world.topics().join(record["topic"].as_str().unwrap());
    let later = seen.filter(|(name, _)| name == "status").nth(1).expect("the status comes again and again").1;
    assert!(later["events"].as_u64() > first["events"].as_u64());
    stop(daemon);
    // What was shown is what was written.
    let day = &record["record"]["timestamp"].as_str().unwrap()[..10];
    let lines = std::fs::read_to_string(file.join(format!("{day}.jsonl"))).expect("its day is there");
    assert!(lines.lines().any(|line| serde_json::from_str::<Value>(line).unwrap() == record["record"]));
}

#[test]
fn nobody_waits_for_readers_that_do_not_read() {
    let world = World::new(&["--people", "3000", "--seed", "5", "--start", "2026-01-01"]);
    let (mut daemon, client) = running(run(&world).line("--speed max --sink null"));
    let deaf: Vec<TcpStream> = (0..5).map(|_| follow(&client)).collect();
    let watched = daemon.until(|_| client.metric("populace_http_event_readers") >= 5.0);
    assert!(watched, "{}", daemon.said());
    let before = client.status()["events"].as_u64().unwrap();
    let mut records = 0u64;
    for (name, data) in events(follow(&client)) {
        records += u64::from(name == "record");
        if name == "status" && data["events"].as_u64().unwrap() > before + 50_000 && records > 20 {
            break;
        }
    }
    assert!(records > 20);
    // And the end does not wait for them either.
    stop(daemon);
    drop(deaf);
}

#[test]
fn there_is_room_for_so_many_readers_only() {
    let world = World::new(&TOWN);
    let (mut daemon, client) = running(run(&world).line("--speed 60"));
    let first: Vec<TcpStream> = (0..64).map(|_| follow(&client)).collect();
    assert!(daemon.until(|_| client.metric("populace_http_event_readers") == 64.0), "{}", daemon.said());
    client.get("/api/v1/events").refuses(503);
    assert_eq!(client.get("/health").status, 200);
    drop(first);
    let gone = daemon.until(|_| client.metric("populace_http_event_readers") < 64.0);
    assert!(gone, "places are given back: {}", daemon.said());
    stop(daemon);
}
