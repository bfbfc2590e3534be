//! What is shown of the world: pages that make up the whole, profiles that are those of a stopped world, campaigns as
//! `populace cases` lists them, the document and the page.

use super::client::Client;
use super::{TOWN, run, running, stop};
use crate::crash::daemon::World;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn pages(client: &Client, path: &str) -> Vec<Value> {
    let (mut all, mut from) = (Vec::new(), 0);
    loop {
        let page = client.get(&format!("{path}from={from}")).json();
        all.extend(page["items"].as_array().expect("items").iter().cloned());
        match page["next"].as_u64() {
            Some(next) => from = next,
            None => return all,
        }
    }
}

#[test]
fn pages_make_up_the_whole() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(run(&world).line("--speed 60"));
    let everybody = pages(&client, "/api/v1/people?count=37&");
    let ids: BTreeSet<&str> = everybody.iter().filter_map(|one| one["user_id"].as_str()).collect();
    assert_eq!((everybody.len(), ids.len()), (200, 200));
    let students = pages(&client, "/api/v1/customers?persona=student&region=houston&count=3&");
    let expected: Vec<&Value> = everybody.iter().filter(|one| one["persona"] == "student").collect();
    assert_eq!(
        students.iter().map(|one| &one["user_id"]).collect::<Vec<_>>(),
        expected.iter().map(|one| &one["user_id"]).collect::<Vec<_>>()
    );
    assert!(!students.is_empty() && students.len() < 200);
    assert_eq!(pages(&client, "/api/v1/drivers?").len(), 4);
    stop(daemon);
}

#[test]
fn a_profile_is_that_of_a_world_stopped_at_its_instant() {
    let world = World::new(&TOWN);
    world.backfill("2026-01-02");
    let (daemon, client) = running(run(&world).line("--speed 3600"));
    let shown = |client: &Client| {
        let id = client.get("/api/v1/people?count=1&from=7").json()["items"][0]["user_id"].as_str().unwrap().to_owned();
        let person = client.get(&format!("/api/v1/people/{id}")).json();
        (id, person, client.get("/api/v1/drivers/driver_2").json())
    };
    shown(&client);
    client.post("/api/v1/pause", &Value::Null).json();
    let (id, person, driver) = shown(&client);
    assert_eq!(client.get(&format!("/api/v1/customers/{id}")).json(), person);
    assert_eq!(person["virtual_now"], client.status()["virtual_now"]);
    stop(daemon);
    let stopped = |words: &str| world.plain("inspect").line(words).finish().summary();
    assert_eq!(stopped(&format!("user {id} --json")), person["profile"]);
    assert_eq!(stopped("driver driver_2 --json"), driver["profile"]);
}

#[test]
fn a_profile_read_while_it_runs_is_that_of_another_world_stopped_then() {
    let world = World::new(&TOWN);
    let (mut daemon, client) = running(run(&world).line("--speed 20000"));
    let ids: Vec<String> = client.get("/api/v1/people?count=200&open=true").json()["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|one| one["user_id"].as_str().expect("a name").to_owned())
        .collect();
    let mut seen: Vec<(String, Value)> = Vec::new();
    for turn in 1..=4 {
        let lived = daemon.until(|_| client.status()["events"].as_u64() > Some(turn * 700));
        assert!(lived, "{}", daemon.said());
        let id = &ids[turn as usize * 41 % ids.len()];
        let driver = format!("driver_{turn}");
        seen.push((format!("user {id}"), client.get(&format!("/api/v1/people/{id}")).json()));
        seen.push((format!("driver {driver}"), client.get(&format!("/api/v1/drivers/{driver}")).json()));
    }
    assert_eq!(client.status()["paused"], false);
    for (words, shown) in &seen {
        let (path, at) =
            (words.replace("user ", "people/").replace("driver driver", "drivers/driver"), &shown["virtual_now"]);
        let then =
            client.get(&format!("/api/v1/{path}?at={}", at.as_str().expect("an instant").replace('+', "%2B"))).json();
        assert_eq!(&then, shown, "{words} at {at}");
    }
    assert_eq!(client.get("/api/v1/drivers/driver_1?at=tomorrow").status, 400);
    for outside in ["2190-01-01T00:00:00Z", "2025-12-31T23:59:59Z"] {
        assert_eq!(client.get(&format!("/api/v1/drivers/driver_1?at={outside}")).status, 409);
    }
    stop(daemon);
    let other = World::new(&TOWN);
    for (words, shown) in seen {
        other.backfill(shown["virtual_now"].as_str().expect("an instant"));
        let stopped = other.plain("inspect").line(&format!("{words} --json")).finish().summary();
        assert_eq!(stopped, shown["profile"], "{words} at {}", shown["virtual_now"]);
    }
}

#[test]
fn drifts_are_those_of_the_scenario() {
    let drifts = ["--scenario", "drift-inflation", "--people", "200", "--start", "2026-01-01"];
    let world = World::new(&drifts);
    let (daemon, client) = running(run(&world).line("--speed 60"));
    let told = client.get("/api/v1/drifts").json();
    let listed = told["drifts"].as_array().expect("drifts");
    assert!(!listed.is_empty() && told["virtual_now"].is_string());
    for one in listed {
        assert!(one["drift_id"].is_string() && one["key"].is_string(), "{one}");
        assert_eq!(one["state"], if one["progress"] == 0.0 { "scheduled" } else { "in-force" }, "{one}");
    }
    assert!(client.metric("populace_drifts_in_force") <= listed.len() as f64);
    let incidents = client.get("/api/v1/traffic").json()["regions"][0]["incidents"].clone();
    assert!(incidents.as_array().is_some_and(|all| all.iter().all(|one| one["delay_seconds"].as_f64() > Some(0.0))));
    stop(daemon);
}

#[test]
fn campaigns_are_those_of_the_plan() {
    let world =
        World::new(&["--people", "5000", "--seed", "5", "--start", "2026-01-01", "--set", "bank.fraud.rate=0.05"]);
    let (daemon, client) = running(run(&world).line("--speed 1"));
    let asked = "/api/v1/campaigns?from=2026-01-01T00:00:00Z&to=2026-01-08T00:00:00Z";
    let all = client.get(&format!("{asked}&count=1000")).json();
    let listed = world.plain("cases").line("--from 2026-01-01 --to 2026-01-08 --json").finish();
    let listed: Vec<Value> = listed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(all["items"], Value::Array(listed));
    let (items, mut skip) = (all["items"].as_array().unwrap(), 0);
    assert!(items.len() > 5);
    let mut parts: Vec<Value> = Vec::new();
    loop {
        let page = client.get(&format!("{asked}&count=4&skip={skip}")).json();
        parts.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_u64() else { break };
        skip = next;
    }
    assert_eq!(&parts, items);
    let kind = items[0]["kind"].as_str().unwrap();
    let of_kind = client.get(&format!("{asked}&count=1000&kind={kind}&region=houston")).json();
    assert_eq!(of_kind["total"], items.iter().filter(|one| one["kind"] == kind).count());
    stop(daemon);
}

#[test]
fn the_document_and_the_page_are_served() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(run(&world).line("--speed 60"));
    let document = client.get("/api/v1/openapi.json").json();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("methods").keys() {
            // The other method is refused with the one that is documented, so the route is there.
            let refused = client.send("PATCH", &path.replace("{id}", "x"), "", "");
            assert!(refused.refuses(405).header("allow").to_lowercase().contains(method), "{path}");
        }
    }
    let page = client.get("/");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    for file in ["/page.css", "/page.js"] {
        assert!(page.body.contains(&format!("=\"{}\"", &file[1..])) && client.get(file).status == 200);
    }
    let weather = client.get("/api/v1/weather").json();
    assert_eq!(weather["regions"][0]["region"], "houston");
    assert!(client.get("/api/v1/traffic").json()["regions"][0]["slowdown"].as_f64() > Some(0.5));
    assert_eq!(client.get("/api/v1/world").json()["people"], json!(200));
    stop(daemon);
}
