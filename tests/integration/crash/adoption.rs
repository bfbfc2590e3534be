//! Other rules for a world that lives already: they act where the sink was, whatever a crash left to be repeated, and
//! what happened before stays as it was.

use super::daemon::World;
use super::oracle::Oracle;
use super::points::TOWN;
use super::topics::Files;

const RARELY: &str = "--speed max --set run.checkpoint_seconds=3600";
const BUSY: &str = "--adopt-scenario --set shop.visits_per_day=2.5 --set bank.fraud.rate=0.05";

fn visits(files: &Files) -> usize {
    let topic = "e_commerce_customer_interactions";
    let lines =
        files.0.iter().filter(|(name, _)| name.contains(topic)).flat_map(|(_, file)| file.split(|b| *b == b'\n'));
    lines.filter(|line| line.ends_with(b"\"session_event_sequence\":1}")).count()
}

#[test]
fn adopted_rules_act_after_what_a_crash_left_to_be_repeated() {
    let world = World::new(&TOWN);
    world.backfill("2026-01-02T06:00:00Z");
    world.start("run").line(RARELY).windows(360).crash_at("files.roll", 4).finish().assert_crashed_at("files.roll");
    let (before, known) = (Files::read(&world.topics()), visits(&Files::read(&world.topics())));

    // It dies before it gets there, and again when it has; the second command line asks for the same, the third for nothing.
    let adopting = |point: &str| world.start("run").line(RARELY).line(BUSY).windows(60).crash_at(point, 1);
    adopting("replay.window").finish().assert_crashed_at("replay.window");
    adopting("files.roll").finish().assert_crashed_at("files.roll");
    let end = &Files::read(&world.topics()).after(3 * 24 * 60);
    world.backfill(end);

    let oracle = Oracle::of(&world.data());
    assert_eq!(oracle.commands(), 1, "adopted once");
    oracle.assert_wrote(&world.topics(), end);
    let after = Files::read(&world.topics());
    let kept = |(name, file): (&String, &Vec<u8>)| after.0[name].starts_with(file);
    assert!(before.0.iter().all(kept), "what was written has changed");
    assert!(visits(&after) > 3 * known, "{known} visits, then {}", visits(&after));
    world.plain("verify").finish().failed(0);

    // The world keeps what it adopted, says so, and still refuses what it is not asked to adopt.
    let refused = world.start("backfill").args(&["--end", end, "--set", "shop.visits_per_day=9"]).finish();
    assert!(refused.failed(2).contains("--adopt-scenario"), "{}", refused.err);
    let fixed = world.start("backfill").args(&["--end", end, "--adopt-scenario", "--set", "shop.products=9"]).finish();
    assert!(fixed.failed(2).contains("cannot be adopted"), "{}", fixed.err);
}
