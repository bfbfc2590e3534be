//! What orchestrators see: a process that lives while its world waits, is ready once records reach the sink, and metrics
//! that can be read.

use super::client::Client;
use super::{TOWN, listening, run, running, stop};
use crate::crash::daemon::World;
use serde_json::{Value, json};
use std::net::TcpListener;

#[test]
fn a_running_world_is_alive_ready_and_measured() {
    let world = World::new(&TOWN);
    let (mut daemon, client) = running(run(&world).line("--speed 3600"));
    assert_eq!(client.get("/health").json()["status"], "alive");
    let saved =
        daemon.until(|_| client.post("/api/v1/checkpoint", &Value::Null).json()["checkpoint"].as_u64() >= Some(1));
    assert!(saved, "{}", daemon.said());
    assert_eq!(client.post("/api/v1/pause", &Value::Null).json()["paused"], true);
    assert_eq!(client.get("/ready").status, 200, "a world that is paused is ready");
    assert_eq!((client.metric("populace_paused"), client.metric("populace_ready")), (1.0, 1.0));
    // What was simulated before the pause is published in a moment.
    let same = daemon.until(|_| {
        let topics = client.status()["events_by_topic"].as_object().expect("topics").clone();
        let told = |topic: &String| client.metric(&format!("populace_events_total{{topic=\"{topic}\"}}"));
        topics.len() == 3 && topics.iter().all(|(topic, count)| Some(told(topic)) == count.as_f64())
    });
    assert!(same, "{}", daemon.said());
    assert_eq!(client.metric("populace_people"), 200.0);
    assert!(client.metric("populace_checkpoint_seconds_count") >= 1.0);
    assert!(client.metric("populace_checkpoint_last_bytes") > 1_000.0);
    assert!(client.metric("populace_lag_seconds") > 0.0 && client.metric("populace_disk_free_bytes") > 0.0);
    stop(daemon);
}

#[test]
fn the_text_of_the_metrics_is_well_formed() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(run(&world).line("--speed 60"));
    let reply = client.get("/metrics");
    assert!(reply.header("content-type").starts_with("text/plain; version=0.0.4"));
    let mut described = Vec::new();
    for line in reply.body.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            described.push(rest.split(' ').next().unwrap().to_owned());
        } else if !line.starts_with('#') {
            let (series, value) = line.rsplit_once(' ').expect("a series and its value");
            value.parse::<f64>().unwrap_or_else(|e| panic!("{line}: {e}"));
            let name = series.split('{').next().unwrap();
            let plain = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            assert_eq!(described.last().map(String::as_str), Some(plain), "{line}");
        }
    }
    assert!(described.len() > 25, "{described:?}");
    stop(daemon);
}

#[test]
fn a_world_that_waits_for_its_sink_is_alive_and_not_ready() {
    let world = World::new(&TOWN);
    let away = "--sink kafka --brokers 127.0.0.1:1 --set kafka.connect_timeout=120s";
    let (daemon, client) = listening(run(&world).line(away));
    assert_eq!(client.get("/health").status, 200);
    client.get("/ready").refuses(503);
    assert_eq!(client.status()["phase"], "starting");
    let inject = json!({ "kind": "card-testing" });
    for reply in [client.post("/api/v1/inject", &inject), client.get("/api/v1/people"), client.get("/api/v1/weather")] {
        assert_eq!(reply.refuses(503).header("retry-after"), "1");
    }
    assert_eq!(client.metric("populace_phase{phase=\"starting\"}"), 1.0);
    // As a signal would: it gives up waiting.
    assert_eq!(client.post("/api/v1/stop", &Value::Null).status, 200);
    daemon.wait().failed(0);
}

#[test]
fn metrics_can_have_an_address_of_their_own() {
    let world = World::new(&TOWN);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let free = taken.local_addr().unwrap().to_string();
    drop(taken);
    let started = run(&world).args(&["--metrics", &free, "--speed", "60"]).env("POPULACE_HTTP_TOKEN", "abc");
    let (mut daemon, main) = listening(started);
    let probes = Client::new(&free);
    assert!(daemon.until(|_| probes.get("/ready").status == 200), "{}", daemon.said());
    assert!(probes.metric("populace_ready") > 0.0);
    // Nothing else is there, and not even that is told without the token.
    for (path, token) in [("/api/v1/status", ""), ("/", ""), ("/api/v1/status", "abc"), ("/", "abc")] {
        let reply = probes.send("GET", path, &format!("Authorization: Bearer {token}\r\n"), "");
        reply.refuses(if token.is_empty() { 401 } else { 404 });
    }
    assert_eq!(main.get("/health").status, 200);
    main.get("/metrics").refuses(401);
    stop(daemon);
}

#[test]
fn a_taken_address_is_fatal_only_where_it_was_asked_for() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let world = World::new(&TOWN);
    let refused = world.start("run").args(&["--http", &address]).finish();
    assert!(refused.failed(1).contains(&format!("HTTP cannot be answered at {address}")), "{}", refused.err);

    // Whoever has the usual port, this test or somebody else: it is taken.
    let _usual = TcpListener::bind("127.0.0.1:7878");
    let lived = world.start("backfill").line("--end 2026-01-02").finish();
    assert!(lived.failed(0).contains("going on without HTTP"), "{}", lived.err);
    assert!(lived.summary()["events"].as_u64() > Some(0));
}
