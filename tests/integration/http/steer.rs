//! What HTTP changes: the clock, which changes no byte; and what is injected, which is there after any kill.

use super::client::{Client, Reply};
use super::{TOWN, run, running, stop};
use crate::crash::daemon::{Chance, World, seed};
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
    let listed = client.get("/api/v1/campaigns?count=1000").json();
    let is_it = |one: &&Value| one["user_id"] == user && one["transactions"] == 12;
    assert_eq!(listed["items"].as_array().unwrap().iter().filter(is_it).count(), 1, "{listed}");
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

/// Something that an operator asks for, by chance; where it changes events, its answer.
fn steer(client: &Client, chance: &mut Chance, users: &[Value]) -> Option<Reply> {
    let user = chance.pick(users).clone();
    let (path, body) = match chance.below(12) {
        0 => ("pause", Value::Null),
        1 => ("resume", Value::Null),
        2 => ("checkpoint", Value::Null),
        3 => ("speed", json!({ "to": chance.between(600, 90_000) })),
        4 => ("rate", json!({ "events_per_second": chance.between(200, 9_000) })),
        5 => ("inject", json!({ "kind": "transaction", "user": user, "amount": "17.50" })),
        6 => (
            "inject",
            json!({ "kind": "velocity", "user": user, "count": chance.between(1, 20), "within_seconds": 900 }),
        ),
        7 => ("inject", json!({ "kind": "card-testing", "after_seconds": chance.between(1, 90_000) })),
        8 => ("inject", json!({ "kind": "stolen-card", "victims": chance.between(1, 9), "region": "houston" })),
        9 => ("drifts", json!({ "scenario": "lockdown", "after_seconds": chance.between(1, 90_000) })),
        10 => (
            "drifts",
            json!({ "drifts": [{ "id": "boom", "key": "bank.purchases_per_day", "kind": "sudden", "factor": 2 }] }),
        ),
        _ => ("inject", json!({ "kind": "mule-ring", "victims": 3, "after_seconds": chance.between(1, 90_000) })),
    };
    let reply = client.post(&format!("/api/v1/{path}"), &body);
    // Somebody may have closed their account meanwhile.
    assert!([200, 410, 503].contains(&reply.status), "{path} {body}: {}", reply.body);
    (["inject", "drifts"].contains(&path) && reply.status == 200).then_some(reply)
}

#[test]
fn what_is_steered_and_killed_again_and_again_has_the_bytes_of_one_that_heard_the_orders_alone() {
    let world = World::new(&TOWN);
    let (mut chance, mut injected) = (Chance(seed()), 0);
    for _ in 0..7 {
        let (daemon, client) = running(run(&world).line("--speed 3600 --set run.checkpoint_seconds=0.3"));
        let page = client.get("/api/v1/people?count=20&open=true").json();
        let users = page["items"].as_array().expect("items").iter().map(|one| one["user_id"].clone());
        let users: Vec<Value> = users.collect();
        client.post("/api/v1/resume", &Value::Null).json();
        for _ in 0..chance.between(4, 12) {
            injected += usize::from(steer(&client, &mut chance, &users).is_some());
            chance.rest(0, 60);
        }
        daemon.kill();
    }
    let (daemon, client) = running(run(&world).line("--speed 3600"));
    client.post("/api/v1/resume", &Value::Null).json();
    stop(daemon);
    let end = &Files::read(&world.topics()).after(48 * 60);
    world.backfill(end);
    let oracle = Oracle::of(&world.data());
    assert!(injected >= 5, "{injected}");
    assert_eq!(oracle.commands(), injected, "what was answered is in the log, and nothing else");
    oracle.assert_wrote(&world.topics(), end);
}

#[test]
fn drifts_start_and_stop_and_are_there_after_a_kill() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(run(&world).line("--speed 600 --set run.checkpoint_seconds=3600"));
    let state = |id: &str| {
        let all = client.get("/api/v1/drifts").json()["drifts"].as_array().expect("drifts").clone();
        all.iter().rev().find(|one| one["drift_id"] == id).expect("it is there")["state"].clone()
    };
    let factor = json!({ "id": "boom", "key": "bank.purchases_per_day", "kind": "sudden", "factor": 6 });
    // What is ordered is listed at once, though it acts when the clock goes on.
    client.post("/api/v1/pause", &json!({}));
    let started = client.post("/api/v1/drifts", &json!({ "drifts": [factor] })).json();
    assert_eq!((&started["started"], &started["ended"]), (&json!(["boom"]), &json!([])));
    assert_eq!(state("boom"), "in-force");
    let later = client.post("/api/v1/drifts", &json!({ "scenario": "inflation", "after_seconds": 3_600 })).json();
    let id = later["started"][0].as_str().expect("a name").to_owned();
    assert_eq!(state(&id), "scheduled");
    client.post("/api/v1/resume", &json!({}));
    let (mut daemon, mut told) = (daemon, String::new());
    let effective = later["effective"].as_str().expect("an instant");
    assert!(daemon.until(|_| client.status()["virtual_now"].as_str() > Some(effective)), "{}", daemon.said());
    assert_eq!(state("boom"), "in-force");
    let ended = client.send("DELETE", &format!("/api/v1/drifts/{id}"), "", "").json();
    assert_eq!(ended["ended"], json!([id]));
    told.push_str(ended["effective"].as_str().expect("an instant"));
    assert!(daemon.until(|_| client.status()["virtual_now"].as_str() > Some(&told)), "{}", daemon.said());
    assert_eq!(state(&id), "stopped");
    client.send("DELETE", &format!("/api/v1/drifts/{id}"), "", "").refuses(409);
    client.send("DELETE", "/api/v1/drifts/nobody", "", "").refuses(404);
    client.post("/api/v1/drifts", &json!({ "drifts": [{ "key": "no.rule", "kind": "sudden", "to": 1 }] })).refuses(409);
    client.post("/api/v1/drifts", &json!({ "scenario": "lockup" })).refuses(400);
    daemon.kill();
    let end = &Files::read(&world.topics()).after(24 * 60);
    world.backfill(end);
    let oracle = Oracle::of(&world.data());
    assert_eq!(oracle.commands(), 3);
    oracle.assert_wrote(&world.topics(), end);
}

#[test]
fn a_campaign_is_injected_by_region_and_instant() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(run(&world).line("--speed 60"));
    let campaign = |rest: Value| {
        let mut body = json!({ "kind": "stolen-card", "victims": 5 });
        body.as_object_mut().expect("an object").extend(rest.as_object().expect("an object").clone());
        client.post("/api/v1/inject", &body)
    };
    let begins = "2026-01-03T00:00:00.000000+00:00";
    let answer = campaign(json!({ "region": "houston", "at": begins })).json();
    assert_eq!(answer["begins"], begins);
    assert!(answer["effective"].as_str() < Some(begins), "{answer}");
    campaign(json!({ "at": "2025-12-31T23:59:59Z" })).refuses(409);
    campaign(json!({ "region": "atlantis" })).refuses(404);
    for wrong in [json!({ "victims": 0 }), json!({ "user": "x" }), json!({ "at": begins, "after_seconds": 5 })] {
        campaign(wrong).refuses(422);
    }
    stop(daemon);
    world.backfill("2026-01-05");
    let shown = world.plain("inspect").line("--json campaign").args(&[answer["campaign_id"].as_str().unwrap()]);
    assert_eq!(shown.finish().summary()["victims"], 5);
    Oracle::of(&world.data()).assert_wrote(&world.topics(), "2026-01-05");
}
