//! What HTTP changes: the clock, which changes no byte; and what is injected, which is there after any kill.

use super::{TOWN, run, running, stop};
use crate::crash::daemon::World;
use crate::crash::oracle::Oracle;
use crate::crash::topics::Files;
use serde_json::{Value, json};

#[test]
fn pauses_and_speeds_change_no_byte() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(run(&world).line("--speed 600"));
    let before = client.post("/api/v1/pause", &Value::Null).json();
    assert_eq!(before["paused"], true);
    for _ in 0..5 {
        assert_eq!(client.status()["virtual_now"], before["virtual_now"], "it stands still");
    }
    client.post("/api/v1/checkpoint", &Value::Null).json();
    assert_eq!(client.post("/api/v1/resume", &Value::Null).json()["paused"], false);
    assert_eq!(client.post("/api/v1/speed", &json!({ "to": 7_200 })).json()["speed"], "7200");
    assert_eq!(client.post("/api/v1/rate", &json!({ "events_per_second": 300 })).json()["speed"], "300 events/s");
    assert_eq!(client.post("/api/v1/speed", &json!({ "to": "max" })).json()["speed"], "max");
    let (mut seen, mut daemon) = (0, daemon);
    let went_on = daemon.until(|_| {
        seen = client.status()["events"].as_u64().unwrap();
        seen > 2_000
    });
    assert!(went_on, "{seen}: {}", daemon.said());
    assert_eq!(client.post("/api/v1/stop", &Value::Null).status, 200);
    daemon.wait().failed(0);

    let end = &Files::read(&world.topics()).after(24 * 60);
    world.backfill(end);
    let undisturbed = World::new(&TOWN);
    undisturbed.backfill(end);
    let [one, other] = [&world, &undisturbed].map(|world| Files::read(&world.topics()).0);
    assert!(!one.is_empty() && one == other, "the bytes differ");
}

#[test]
fn what_is_injected_is_in_the_stream_and_survives_a_kill() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(run(&world).line("--speed 600 --set run.checkpoint_seconds=3600"));
    let user = client.get("/api/v1/people?from=11&count=1&open=true").json()["items"][0]["user_id"].clone();
    let bought = json!({ "kind": "transaction", "user": user, "amount": "98765.43" });
    let answer = client.post("/api/v1/inject", &bought).json();
    let burst = json!({ "kind": "velocity", "user": user, "count": 12, "within_seconds": 600 });
    let effective = client.post("/api/v1/inject", &burst).json()["effective"].as_str().unwrap().to_owned();
    assert!(effective.as_str() >= answer["effective"].as_str().unwrap());
    let mut daemon = daemon;
    let passed = daemon.until(|_| client.status()["virtual_now"].as_str().unwrap() > effective.as_str());
    assert!(passed, "{}", daemon.said());
    daemon.kill();

    let end = &Files::read(&world.topics()).after(24 * 60);
    world.backfill(end);
    let oracle = Oracle::of(&world.data());
    assert_eq!(oracle.commands(), 2);
    oracle.assert_wrote(&world.topics(), end);
    let files = Files::read(&world.topics());
    let lines: Vec<Value> = files
        .0
        .values()
        .flat_map(|file| file.split(|byte| *byte == b'\n'))
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("JSON"))
        .filter(|record: &Value| record["user_id"] == user)
        .collect();
    let single: Vec<&Value> = lines.iter().filter(|record| record["amount"] == 98_765.43).collect();
    assert_eq!(single.len(), 1);
    assert_eq!((&single[0]["timestamp"], &single[0]["is_fraud"]), (&answer["effective"], &json!(0)));
    assert!(lines.iter().filter(|record| record["is_fraud"] == 1).count() >= 5, "the burst is there");
}

#[test]
fn an_injection_is_seen_in_the_live_profile() {
    let world = World::new(&TOWN);
    let (mut daemon, client) = running(run(&world).line("--speed 60"));
    let user = client.get("/api/v1/people?from=3&count=1&open=true").json()["items"][0]["user_id"]
        .as_str()
        .unwrap()
        .to_owned();
    client.post("/api/v1/inject", &json!({ "kind": "transaction", "user": user, "amount": "7.77" })).json();
    let seen = daemon.until(|_| {
        let profile = client.get(&format!("/api/v1/people/{user}")).json()["profile"].clone();
        profile["history"].as_array().unwrap().iter().any(|act| act["minor_units"] == 777)
    });
    assert!(seen, "{}", daemon.said());
    stop(daemon);
}
