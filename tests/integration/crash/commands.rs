//! Commands around kills: the log can be ahead of the files, and what is given then comes after what it knows.

use super::daemon::{Daemon, World, ask};
use super::oracle::Oracle;
use super::points::TOWN;
use super::topics::Files;
use serde_json::json;

/// Waits until the world goes on beyond what it had.
fn going_on(world: &World, daemon: &mut Daemon) {
    let status = || ask(&world.data(), &json!({"request": "status"}));
    let before = status().map_or(0, |status| status["events"].as_u64().unwrap());
    let on = |_: &Daemon| status().is_ok_and(|s| s["repeating"] == false && s["events"].as_u64().unwrap() > before);
    assert!(daemon.until(on), "{}", daemon.said());
}

fn contains(line: &[u8], part: &str) -> bool {
    line.windows(part.len()).any(|at| at == part.as_bytes())
}

#[test]
fn a_command_never_overtakes_one_that_was_logged_before() {
    let world = World::new(&TOWN);
    world.backfill("2026-01-02T06:00:00Z");
    let sample = world.plain("inspect").line("--sample 1 --json").finish().summary();
    let user = sample["user_id"].as_str().unwrap().to_owned();
    let inject = || world.plain("inject").line("velocity --count 20 --within 30m --user").args(&[&user]).finish();

    // It dies with a command in its log, and with records before that command in its buffers only.
    let slowly = "--rate 1000 --set run.checkpoint_seconds=3600";
    let mut daemon = world.start("run").line(slowly).crash_at("command.appended", 1).spawn();
    going_on(&world, &mut daemon);
    assert!(inject().failed(1).contains("closed the connection"));
    daemon.wait().assert_crashed_at("command.appended");

    // Two while it is stopped, and one while it runs, at instants that come before the logged one.
    inject().failed(0);
    world.plain("inject").line("transaction --amount 98765.43 --user").args(&[&user]).finish().failed(0);
    let mut daemon = world.start("run").line("--speed 60").spawn();
    // Orders are taken once what the sink has already is repeated.
    let running = || ask(&world.data(), &json!({"request": "status"})).is_ok_and(|status| status["phase"] == "running");
    assert!(daemon.until(|_| running()), "{}", daemon.said());
    inject().failed(0);
    daemon.kill();

    let end = &Files::read(&world.topics()).after(24 * 60);
    world.backfill(end);
    let oracle = Oracle::of(&world.data());
    assert_eq!(oracle.commands(), 4);
    oracle.assert_wrote(&world.topics(), end);
    let files = Files::read(&world.topics());
    let mut lines = files.0.values().flat_map(|file| file.split(|byte| *byte == b'\n'));
    let bought = lines.clone().filter(|line| contains(line, "\"amount\":98765.43,")).collect::<Vec<_>>();
    assert!(
        bought.len() == 1 && contains(bought[0], &user) && contains(bought[0], "\"is_fraud\":0"),
        "{}",
        bought.len()
    );
    assert!(lines.any(|line| contains(line, "\"is_fraud\":1")), "the bursts are there too");
}

#[test]
fn campaigns_that_were_asked_for_come_once_whatever_was_killed() {
    let world = World::new(&TOWN);
    world.backfill("2026-01-02T06:00:00Z");
    let inject = |line: &str| world.plain("inject").line("--json").line(line).finish().summary();
    let ring = inject("mule-ring --victims 9 --at 2026-01-02T09:00:00Z");
    assert_eq!(
        (&ring["effective"], &ring["begins"]),
        (&json!("next start"), &json!("2026-01-02T09:00:00.000000+00:00"))
    );
    let refused = world.plain("inject").line("mule-ring --victims 9 --at 2026-01-01").finish().failed(2).to_owned();
    assert!(refused.contains("--at") && refused.contains("in the past"), "{refused}");
    let refused = world.plain("inject").line("mule-ring --region tokio").finish().failed(2).to_owned();
    assert!(refused.contains("--region") && refused.contains("no region \"tokio\""), "{refused}");

    // Killed with the one planned and the other under way.
    let mut daemon = world.start("run").line("--speed 600 --set run.checkpoint_seconds=3600").spawn();
    assert!(daemon.until(|_| ask(&world.data(), &json!({"request": "status"})).is_ok()), "{}", daemon.said());
    let wave = inject("card-testing --victims 40 --at +10m");
    going_on(&world, &mut daemon);
    daemon.kill();

    let end = &Files::read(&world.topics()).after(24 * 60);
    world.backfill(end);
    let oracle = Oracle::of(&world.data());
    assert_eq!(oracle.commands(), 2);
    oracle.assert_wrote(&world.topics(), end);
    let cases = world.plain("cases").line("--from 2026-01-02 --to 2026-01-05 --json").finish().out;
    for (asked, victims) in [(&ring, 9), (&wave, 40)] {
        let id = asked["campaign_id"].as_str().unwrap();
        let shown = world.plain("inspect").line("--json campaign").args(&[id]).finish().summary();
        assert_eq!((&shown["victims"], &shown["campaign_id"]), (&json!(victims), &json!(id)));
        assert_eq!(cases.matches(id).count(), 1, "{cases}");
    }
}
