//! Drifts that commands start and end around kills: the bytes are those of a world that only heard the orders.

use super::daemon::{Daemon, World, ask};
use super::oracle::Oracle;
use super::points::TOWN;
use super::topics::{Files, SWITCHES, length};
use serde_json::{Value, json};

fn status(world: &World) -> Result<Value, String> {
    ask(&world.data(), &json!({"request": "status"}))
}

/// Waits until the world writes what its files did not have, so that a replay after a kill has something to repeat.
fn going_on(world: &World, daemon: &mut Daemon) {
    let before = length(&world.topics());
    let on =
        |_: &Daemon| length(&world.topics()) > before && status(world).is_ok_and(|status| status["repeating"] == false);
    assert!(daemon.until(on), "{}", daemon.said());
}

#[test]
fn orders_of_drifts_act_once_whatever_was_killed() {
    let world = World::new(&[&TOWN[..], &SWITCHES].concat());
    world.backfill("2026-01-02T06:00:00Z");
    let order = |line: &str| world.drift(line).line("--json").finish().summary();

    // Two while it is stopped, the second of which ends a part of the first.
    let started = order("start lockdown");
    assert_eq!((&started["effective"], started["started"].as_array().unwrap().len()), (&json!("next start"), 6));
    assert_eq!(order("stop lockdown-online")["ended"], json!(["lockdown-online"]));

    // One that is in the log when the world dies, one that is answered, and kills between and after.
    let slowly = "--rate 2000 --set run.checkpoint_seconds=3600";
    // The first entry that is appended has the instant of the start, for those that waited for it.
    let mut daemon = world.start("run").line(slowly).crash_at("command.appended", 2).spawn();
    going_on(&world, &mut daemon);
    let lost = world.drift("start --key shop.visits_per_day --by 3 --share 0.5 --id busy").finish();
    assert!(lost.failed(1).contains("closed the connection"), "{}", lost.err);
    daemon.wait().assert_crashed_at("command.appended");
    let mut daemon = world.start("run").line(slowly).spawn();
    going_on(&world, &mut daemon);
    let busier = "start --key shop.visits_per_day --by 6 --share 0.5 --id busy --kind blip --length 6h --at +1h";
    let changed = order(busier);
    assert_eq!((&changed["started"], &changed["ended"]), (&json!(["busy"]), &json!(["busy"])));
    let list = ask(&world.data(), &json!({"request": "drifts"})).unwrap();
    assert!(list["drifts"].as_array().unwrap().iter().any(|one| one["drift_id"] == "busy"), "{list}");
    going_on(&world, &mut daemon);
    daemon.kill();
    for point in ["replay.window", "files.roll"] {
        let end = Files::read(&world.topics()).after(3 * 24 * 60);
        let run = world.start("run").line("--speed max --set run.checkpoint_seconds=3600").args(&["--end", &end]);
        run.windows(60).crash_at(point, 1).finish().assert_crashed_at(point);
    }

    let end = &Files::read(&world.topics()).after(24 * 60);
    world.backfill(end);
    let oracle = Oracle::of(&world.data());
    assert_eq!(oracle.commands(), 4);
    oracle.assert_wrote(&world.topics(), end);
    world.plain("verify").finish().failed(0);
    let told: usize = oracle.lines(end).iter().filter(|line| line.starts_with(b"{\"drift_id\":\"lockdown-")).count();
    assert!(told >= 10, "{told} announcements");

    // The same command line goes on, and the world says by which drifts it lives.
    let list = order("list");
    let state = |id: &str| {
        let all = list["drifts"].as_array().unwrap().iter().filter(|one| one["drift_id"] == id);
        all.map(|one| one["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((state("lockdown-rides"), state("lockdown-online")), (vec!["in-force".into()], vec!["stopped".into()]));
    assert_eq!(state("busy").len(), 2);
}
